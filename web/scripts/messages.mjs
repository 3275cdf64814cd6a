// All words of the screen are in the catalogs, and all of them are translated.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const catalogs = ["first/en", "first/zh", "en", "zh"].map((name) => `${root}src/locales/${name}.po`);
const before = catalogs.map((file) => readFileSync(file, "utf8"));
execFileSync(process.execPath, [`${root}node_modules/@lingui/cli/dist/lingui.js`, "extract", "--clean"], { cwd: root, stdio: "pipe" });
const after = catalogs.map((file) => readFileSync(file, "utf8"));
catalogs.forEach((file, index) => writeFileSync(file, before[index]));

const words = (text) => text.split(/\n\n/).filter((entry) => /^msgid /m.test(entry) && !/^msgid ""\nmsgstr ""\n"/m.test(entry));
const idOf = (entry) => (/^msgid ((?:".*"\n?)+)/m.exec(entry)?.[1] ?? "").trim();
const isBlank = (entry) => /^msgstr ""\s*$/m.test(entry) && !/^msgstr ""\n"/m.test(entry);

const problems = [];
for (const zh of [1, 3]) {
  const known = new Set(words(before[zh]).map(idOf));
  for (const entry of words(after[zh])) if (!known.has(idOf(entry))) problems.push(`not in ${catalogs[zh]}: ${idOf(entry)}`);
  for (const entry of words(before[zh])) if (isBlank(entry)) problems.push(`not translated: ${idOf(entry)}`);
}

console.log(`${words(after[1]).length + words(after[3]).length} messages, ${problems.length} problems`);
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
