/** A scope's formula with the names that people know: “owner = me or blank(owner)” → “Owner = the person or Owner is blank”. */
import { type Definitions, type Field, fieldAt, type ObjectInfo } from "../records/definitions";

export interface ScopeWords {
  me: string;
  departments: string;
  and: string;
  or: string;
  not: string;
  in: string;
  blank: (field: string) => string;
  /** Of the person who asks: its department, its region. */
  own: (field: string) => string;
}

const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_]*)*";
const TOKEN = new RegExp(`'(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|my departments|blank\\(\\s*(${NAME})\\s*\\)|${NAME}`, "gu");

export function sayScope(scope: string, definitions: Definitions, object: ObjectInfo, words: ScopeWords): string {
  const person = definitions.objects["base.user"];
  let last: Field | undefined;

  function called(path: string): string {
    if (path.startsWith("me.")) return words.own((person && fieldAt(definitions, person, path.slice(3))?.label) ?? path.slice(3));
    const field = fieldAt(definitions, object, path);
    last = field ?? last;
    return field?.label ?? path;
  }

  return scope.replace(TOKEN, (token: string, tested?: string) => {
    if (/^['"]/.test(token)) return `“${last?.choices?.find(({ name }) => name === token.slice(1, -1))?.label ?? token.slice(1, -1)}”`;
    if (tested) return words.blank(called(tested));
    if (token === "my departments") return words.departments;
    if (token === "me" || token === "and" || token === "or" || token === "not" || token === "in") return words[token];
    return called(token);
  });
}
