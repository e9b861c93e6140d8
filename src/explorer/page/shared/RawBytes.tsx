/** A hex dump of every byte of a connection, computed when it is opened. */
import { useState } from 'preact/hooks';
import type { Wire } from '../../api';
import { Code } from './Code';

const PER_LINE = 8;

/** `00000010  50 4f 53 54 20 2f 20 48  POST / H` */
const dumpOf = (base64: string): string => {
  const bytes = atob(base64);
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += PER_LINE) {
    const part = bytes.slice(start, start + PER_LINE);
    const hex = [...part].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
    const text = part.replace(/[^ -~]/g, '.');
    lines.push(`${start.toString(16).padStart(4, '0')}  ${hex.padEnd(PER_LINE * 3)} ${text}`);
  }
  return lines.join('\n');
};

export const RawBytes = ({ raw, title }: { readonly raw: Wire['raw']; readonly title: string }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="raw" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        All bytes<span class="hidden"> of {title}</span>
      </summary>
      {isOpen && (
        <>
          <p class="small muted">As sent on the socket, with asterisks in place of a token.</p>
          <h4>Up</h4>
          <Code text={dumpOf(raw.up)} language="text" label={`${title}: bytes up`} />
          <h4>Down</h4>
          <Code text={dumpOf(raw.down)} language="text" label={`${title}: bytes down`} />
        </>
      )}
    </details>
  );
};
