import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

/** What the gate, the sign-in, the home page and the bars around every page say; it comes with the first page. */
const FIRST = ["kit/*.ts", "kit/*.tsx", "shell/*.ts", "shell/*.tsx", "discussion/Bell.tsx", "suggest/SuggestHost.tsx", "suggest/TryBanner.tsx", "records/context.tsx"].map((place) => `src/${place}`);

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "zh"],
  catalogs: [
    { path: "<rootDir>/src/locales/first/{locale}", include: FIRST },
    { path: "<rootDir>/src/locales/{locale}", include: ["src"], exclude: FIRST },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
});
