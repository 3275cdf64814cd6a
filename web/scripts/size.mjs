// The first page (what index.html pulls in, with the gate and the home page) stays within 300 kB gzip,
// and the shell knows neither antd's Table nor Form nor DatePicker.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 300_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist)));

function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const next of chunk.imports ?? []) filesOf(next, seen);
  return seen;
}

const size = (files) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, 0);
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = filesOf(entry);
const first = pageOf("src/shell/HomePage.tsx");
const signIn = pageOf("src/shell/SignInPage.tsx");

function pageOf(page) {
  const files = new Set(shell);
  for (const part of [page, "src/locales/first/zh.po"]) filesOf(part, files);
  return files;
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const largest = Math.max(size(first), size(signIn));
console.log(`gzip: shell ${kB(size(shell))}, sign-in ${kB(size(signIn))}, home ${kB(size(first))}; limit ${kB(LIMIT)}`);

const text = [...first].filter((file) => file.endsWith(".js")).map((file) => readFileSync(new URL(file, dist), "utf8")).join("\n");
const marks = { "ant-table": /["'`]ant-table|-table-cell-fix/, "ant-picker": /picker-cell-inner/, "ant-form": /form-item-control-input/ };
const found = Object.entries(marks).filter(([, mark]) => mark.test(text)).map(([name]) => name);
if (found.length > 0) console.error(`The first page holds ${found.join(", ")}.`);
if (largest > LIMIT) console.error("The first page is too large.");
process.exit(found.length > 0 || largest > LIMIT ? 1 : 0);
