import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The hub that a development server passes calls on to. */
const hub = process.env['TOPMAST_HUB'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  build: {
    // Fonts and pictures stay files: the page may load nothing from data: but images.
    assetsInlineLimit: 0,
    // The polyfill would be an inline script, which the content security policy refuses.
    modulePreload: { polyfill: false },
  },
  server: {
    // The hub takes changing requests and sockets from its own origin only.
    proxy: {
      '/api': { target: hub, ws: true, changeOrigin: true, headers: { origin: hub } },
      '/version': { target: hub, changeOrigin: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
