/** The explorer's page; and apart from it, as they change seldom and are large, the consoles, which bring libraries of their own. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const folder = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const PARTS = {
  site: { root: 'src/explorer/page', base: '/', plugins: [preact({ reactAliasesEnabled: false })] },
  consoles: { root: 'src/explorer/page/consoles', base: '/consoles/', plugins: [] },
};

/** `mode` names the part. */
export default defineConfig(({ mode }) => {
  const { root, ...part } = PARTS[mode as keyof typeof PARTS];
  return {
    ...part,
    root: folder(root),
    // Vite warns of directives to React's compiler, which is not used here.
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      emptyOutDir: true,
      // Nothing inline: the Content-Security-Policy lets no such thing run.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input: readdirSync(folder(root))
          .filter((name) => name.endsWith('.html'))
          .map((name) => `${folder(root)}/${name}`),
      },
    },
  };
});
