/** How well names fit what is typed. Apart from the editor, so that lists of fields don't bring it along. */

/** 0 where nothing fits; a beginning counts more than a middle. */
export function ranked(typed: string, words: (string | undefined)[]): number {
  if (!typed) return 1;
  const wanted = typed.toLocaleLowerCase();
  return Math.max(0, ...words.map((word) => rankOf(word?.toLocaleLowerCase() ?? "", wanted)));
}

function rankOf(word: string, wanted: string): number {
  if (word === wanted) return 4;
  if (word.startsWith(wanted)) return 3;
  return word.includes(wanted) ? 2 : 0;
}

const RESERVED = new Set(["and", "or", "not", "in", "where", "true", "false", "blank"]);
export const inBrackets = (name: string): boolean => RESERVED.has(name) || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name);
