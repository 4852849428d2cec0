// How the page is built: one folder of static files that the server serves from its own origin.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite` in development finds a running server. */
const server = process.env.CONCORD_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // A polyfill would be an inline script, which the page's own policy forbids.
    modulePreload: { polyfill: false },
    // Inlined files would be data: addresses; small icons are cheaper as files that stay in the cache.
    assetsInlineLimit: 0,
    // The first page has 710; the dictionary of packages/dicom comes with what needs it.
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': server, '/dicom-web': server } },
});
