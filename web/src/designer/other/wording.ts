/** All words of an app, wherever they stand in its definitions. */
import { alive } from "../acts";
import type { Body, Definitions } from "../draft";
import type { Words } from "../words";

export interface Wording {
  kind: string;
  name: string;
  path: string[];
  words: Words;
}

export const keyOf = ({ kind, name, path }: Wording): string => [kind, name, ...path].join("/");

/** What a form shows; names of formulas and the like aren't words. */
const NOT_WORDS = new Set(["set", "filter", "totals", "where"]);

export function wordingsOf(definitions: Definitions, app: string): Wording[] {
  return Object.keys(definitions).flatMap((kind) =>
    alive(definitions, kind).flatMap(([name, body]) => (definitions[kind]?.[name]?.app === app ? within(body).map(({ path, words }) => ({ kind, name, path, words })) : [])),
  );
}

function within(value: unknown, path: string[] = []): { path: string[]; words: Words }[] {
  if (typeof value !== "object" || value === null) return [];
  if (isWords(value)) return [{ path, words: value }];
  return Object.entries(value).flatMap(([key, inner]) => (NOT_WORDS.has(key) ? [] : within(inner, [...path, key])));
}

const isWords = (value: object): value is Words => Object.keys(value).length > 0 && Object.entries(value).every(([key, text]) => (key === "en" || key === "zh") && typeof text === "string");

export const isHalf = ({ words }: Wording): boolean => !words.en || !words.zh;

/** How many words of one's own the draft has in one language only, app by app. */
export function gaps(definitions: Definitions): Map<string, number> {
  const apps = alive(definitions, "app").map(([app]) => app);
  return new Map(apps.map((app) => [app, wordingsOf(definitions, app).filter(isHalf).length] as const).filter(([, count]) => count > 0));
}

/** The body with these words at that place. */
export function reworded(body: Body, path: string[], words: Words): Body {
  const [first, ...rest] = path;
  if (first === undefined) return words;
  if (Array.isArray(body)) return body.map((each: Body, at) => (String(at) === first ? reworded(each, rest, words) : each));
  return { ...body, [first]: reworded(body[first] as Body, rest, words) };
}
