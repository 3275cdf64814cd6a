// Which modules the first pages need: asked of a build that writes nothing, so that they can come as one file.
import { build } from "vite";

const PAGES = ["src/main.tsx", "src/shell/HomePage.tsx", "src/shell/SignInPage.tsx"];

export async function modulesOfFirstPages(config) {
  const made = await build({ ...config, configFile: false, logLevel: "silent", build: { ...config.build, write: false, minify: false, reportCompressedSize: false } });
  const chunks = new Map(made.output.filter((each) => each.type === "chunk").map((chunk) => [chunk.fileName, chunk]));
  const seen = new Set();
  const needed = new Set();

  function take(name) {
    const chunk = chunks.get(name);
    if (!chunk || seen.has(name)) return;
    seen.add(name);
    for (const id of chunk.moduleIds) needed.add(id);
    chunk.imports.forEach(take);
  }

  for (const chunk of chunks.values()) if (PAGES.some((page) => chunk.facadeModuleId?.endsWith(page) || chunk.moduleIds.some((id) => id.endsWith(page)))) take(chunk.fileName);
  return needed;
}
