/** A scope's formula with the names that people know: “owner = me” → “Owner = the person”. */
import { type Definitions, fieldAt, type ObjectInfo } from "../records/definitions";

export interface ScopeWords {
  me: string;
  departments: string;
  and: string;
  or: string;
  not: string;
  in: string;
  blank: string;
}

const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|my departments|[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu;

export function sayScope(scope: string, definitions: Definitions, object: ObjectInfo, words: ScopeWords): string {
  let field: ReturnType<typeof fieldAt>;
  return scope.replace(TOKEN, (token) => {
    if (/^['"]/.test(token)) return `“${field?.choices?.find(({ name }) => name === token.slice(1, -1))?.label ?? token.slice(1, -1)}”`;
    if (token === "my departments") return words.departments;
    if (Object.hasOwn(words, token)) return words[token as keyof ScopeWords];
    field = fieldAt(definitions, object, token) ?? field;
    return fieldAt(definitions, object, token)?.label ?? token;
  });
}
