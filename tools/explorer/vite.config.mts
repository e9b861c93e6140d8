/** The explorer's page: one entry for the whole, and one for each of the two consoles that bring libraries of their own. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../../src/explorer/page', import.meta.url));

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [preact({ reactAliasesEnabled: false })],
  build: {
    outDir: fileURLToPath(new URL('../../dist/explorer/site', import.meta.url)),
    emptyOutDir: true,
    // Nothing inline: the Content-Security-Policy lets no such thing run.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      input: readdirSync(root)
        .filter((name) => name.endsWith('.html'))
        .map((name) => `${root}/${name}`),
    },
  },
});
