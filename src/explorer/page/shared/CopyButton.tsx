/** Copies a text to the clipboard and announces the outcome. */
import { useEffect, useState } from 'preact/hooks';

interface CopyButtonProps {
  readonly text: string;
  /** The visible text: `curl`. */
  readonly children: string;
  /** The accessible name: `Copy as curl, REST`. Must contain the visible text (WCAG 2.5.3). */
  readonly label: string;
}

const STATUS_MS = 2000;

export const CopyButton = ({ text, children, label }: CopyButtonProps) => {
  const [status, setStatus] = useState('');
  useEffect(() => {
    if (!status) return;
    const timer = setTimeout(() => setStatus(''), STATUS_MS);
    return () => clearTimeout(timer);
  }, [status]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setStatus('Copied'),
      () => setStatus('Copying is not permitted'),
    );
  return (
    <span class="copy">
      <button type="button" class="small" aria-label={label} onClick={copy}>
        {children}
      </button>
      <span role="status" class="copied small">
        {status}
      </span>
    </span>
  );
};
