/** “@” in what is written: whom it names, and how it is shown. */
import type { Mention } from "./talk";

export interface Asked {
  /** Where the “@” stands, and what follows it up to the caret. */
  from: number;
  query: string;
}

/** The name that is being written at the caret; an “@” within an address asks for nobody. */
export function askedAt(text: string, caret: number): Asked | null {
  const found = /(?:^|[^A-Za-z0-9_.])@([^\s@]{0,30})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length - 1, query: found[1]! } : null;
}

export function withName(text: string, asked: Asked, caret: number, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, asked.from)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}

/** Those of the chosen people whose names still stand in the text. */
export function mentionedIn(text: string, people: Mention[]): Mention[] {
  const named = new Set(partsOf(text, people).flatMap((part) => (part.kind === "mention" ? [part.text.slice(1)] : [])));
  return people.filter((person, at) => named.has(person.name) && people.findIndex(({ id }) => id === person.id) === at);
}

export interface Part {
  kind: "text" | "mention" | "link";
  text: string;
}

/** Longer names first: of “@Mei Lin” not “@Mei” is meant. */
export function partsOf(text: string, people: Mention[]): Part[] {
  const names = people.map(({ name }) => name).filter(Boolean).sort((one, other) => other.length - one.length);
  const marks = [...names.map((name) => `@${escaped(name)}`), "https?:\\/\\/[^\\s<>\"'，。；）]+"];
  const found = new RegExp(`(${marks.join("|")})`, "gu");
  return text
    .split(found)
    .filter(Boolean)
    .map((part) => ({ kind: names.includes(part.slice(1)) && part.startsWith("@") ? "mention" : /^https?:\/\//.test(part) ? "link" : "text", text: part }));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
