import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { modulesOfFirstPages } from "./scripts/firstPage.mjs";

const server = process.env.QUETI_SERVER ?? "http://127.0.0.1:8700";
const plugins = () => [react(), lingui({ macroTransform: true })];
const building = { target: "es2022", manifest: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 } as const;

export default defineConfig(async ({ command, mode }) => ({
  plugins: plugins(),
  build: command === "build" && mode === "production" ? { ...building, rolldownOptions: { output: await oneFile() } } : building,
  // The host stays as the browser sent it: the server refuses writes from a foreign origin.
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  // One document and one reading of the modules for all files: each of its own took eight times as long as the tests.
  test: { environment: "jsdom", isolate: false, include: ["src/**/*.test.{ts,tsx}"] },
}));

/** What every visit loads comes as one file: each further lazy page would else cut it into more and worse packed pieces. */
async function oneFile() {
  const first = await modulesOfFirstPages({ plugins: plugins(), build: building });
  const isFirst = (id: string) => first.has(id) && !id.endsWith(".po") && !/(Page|main)\.tsx$|\.html$/.test(id);
  return { codeSplitting: { groups: [{ name: "first", test: isFirst }] } };
}
