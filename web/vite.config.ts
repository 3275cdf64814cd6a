import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.QUETI_SERVER ?? "http://127.0.0.1:8700";

export default defineConfig({
  plugins: [react(), lingui({ macroTransform: true })],
  build: { target: "es2022", manifest: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 },
  // The host stays as the browser sent it: the server refuses writes from a foreign origin.
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
