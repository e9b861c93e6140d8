/** The style sheet of the identity server's pages, for light and dark mode. */
import { createHash } from 'node:crypto';

export const STYLE = `:root{color-scheme:light dark;--line:#767676;--accent:#0b57d0;--on-accent:#fff;--wrong:#b3261e;--page:#fff;--text:#1b1b1f}
@media(prefers-color-scheme:dark){:root{--line:#8e9099;--accent:#a8c7fa;--on-accent:#062e6f;--wrong:#f2b8b5;--page:#1b1b1f;--text:#e3e2e6}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:24rem;margin:0 auto}
h1{font-size:1.5rem;line-height:1.25}
h1,p,li{overflow-wrap:anywhere}
label{display:block;margin-top:1rem;font-weight:600}
input{width:100%;padding:.625rem;border:1px solid var(--line);border-radius:.25rem;background:transparent;color:inherit;font:inherit}
input[aria-invalid]{border:2px solid var(--wrong)}
button{width:100%;margin-top:1rem;padding:.625rem;border:1px solid var(--accent);border-radius:.25rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;cursor:pointer}
button.plain{background:transparent;color:var(--accent)}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hint{margin:0;font-size:.875rem}
.wrong{margin:.25rem 0 0;color:var(--wrong)}`;

/** The hash of the one style that the pages' Content-Security-Policy allows. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
