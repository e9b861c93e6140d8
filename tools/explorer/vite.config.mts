/** Vite configuration of the page and of the consoles, which are built apart because they are large and seldom change. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const folder = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const PARTS = {
  site: { root: 'src/explorer/page', base: '/', plugins: [preact({ reactAliasesEnabled: false })] },
  consoles: { root: 'src/explorer/page/consoles', base: '/consoles/', plugins: [] },
};

/** `mode` is the name of the part. */
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
      // No inline assets: the Content-Security-Policy forbids them.
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
