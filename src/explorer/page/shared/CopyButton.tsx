/** Puts a text on the clipboard, and says so to the eye and to a screen reader. */
import { useEffect, useState } from 'preact/hooks';

interface CopyButtonProps {
  readonly text: string;
  /** What the button reads: `curl`. */
  readonly children: string;
  /** What a screen reader is told: `Copy as curl, REST`. Begins with or holds what the button reads (WCAG 2.5.3). */
  readonly label: string;
}

const STATUS_MS = 2000;

export const CopyButton = ({ text, children, label }: CopyButtonProps) => {
  const [said, say] = useState('');
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(''), STATUS_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not allowed'),
    );
  return (
    <span class="copy">
      <button type="button" class="small" aria-label={label} onClick={copy}>
        {children}
      </button>
      <span role="status" class="copied small">
        {said}
      </span>
    </span>
  );
};
