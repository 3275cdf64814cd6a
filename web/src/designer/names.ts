/** Immutable names from what people call things: “Installation date” → `installation_date`, 安装日期 → `an_zhuang_ri_qi`. */
import { get } from "../kit/api";

const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

/** Small letters, digits, underscores; begins with a letter. */
export function identifier(text: string, otherwise: string): string {
  const name = plain(text).slice(0, 34).replace(/_+$/, "");
  return /^[a-z]/.test(name) ? name : name ? `${otherwise}_${name}` : otherwise;
}

/** The same for an app: no underscores, at most 20. */
export function appIdentifier(text: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  const name = identifier(text, "app").replace(/_/g, "");
  const tries = [name.slice(0, 20), ...Array.from({ length: 98 }, (_, at) => `${name.slice(0, 18)}${at + 2}`)];
  return tries.find((each) => !known.has(each)) ?? name.slice(0, 20);
}

export function unused(name: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  if (!known.has(name)) return name;
  for (let place = 2; ; place += 1) if (!known.has(`${name}_${place}`)) return `${name}_${place}`;
}

/** Chinese is spelled out by the server, which knows its readings. */
export async function spelled(text: string): Promise<string> {
  if (!/[^\u0000-\u024f]/.test(text)) return text;
  try {
    return (await get<{ text: string }>("/api/spelling", { text: text.slice(0, 60) })).text;
  } catch {
    return text;
  }
}
