import { Problem } from "../kit/api";

/** Problems by the path the form knows: `customer`, `lines[2].quantity`. */
export function problemsByPath(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const found: Record<string, string> = {};
  if (error.field) found[error.field] = error.message;
  for (const { path, detail } of error.fields) found[path.replace(/^\[0\]\.?/, "")] = detail;
  return found;
}

/** Those that belong to no shown field. */
export function strayProblems(error: unknown, known: string[]): string[] {
  if (!(error instanceof Problem)) return [];
  return error.fields.filter(({ path }) => !known.some((name) => path === name || path.startsWith(`${name}[`) || path.startsWith(`${name}.`))).map(({ detail }) => detail);
}
