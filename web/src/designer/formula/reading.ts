/** A formula's text as its editor shows it: which pieces are paths, choices and functions, and what may stand where. */
import { type Name, type NameBook, say, sayName } from "./names";

export interface Piece {
  kind: "path" | "choice" | "function" | "unknown" | "open";
  from: number;
  to: number;
  /** Path: each step; the last may be a link, whose own names may follow. */
  steps: Name[];
  /** As people read it: 客户 › 剩余额度. */
  label: string;
  /** The object whose names may stand here; of an `open` path (`customer.`) those that may follow. */
  object: string;
}

export interface Reading {
  pieces: Piece[];
  /** The object whose names a new path at this place starts from. */
  objectAt: (position: number) => string;
  /** The choice field beside this place, whose choices may stand here. */
  choiceAt: (position: number) => Name | undefined;
  isText: (position: number) => boolean;
}

export interface Token {
  kind: "number" | "text" | "name" | "sign" | "open_text";
  text: string;
  from: number;
  to: number;
}

const TOKEN = /(\d+(?:\.\d+)?|\.\d+)|("(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*')|([\p{L}_][\p{L}\p{N}_]*)|\[([^[\]]+)\]|(<=|>=|!=|<>|[-+*/&=<>(),.])|(["'].*)/suy;
const WORDS = new Set(["and", "or", "not", "in", "where", "true", "false", "blank"]);
const AGGREGATES = new Set(["sum", "count", "avg", "min", "max", "any", "all"]);
const COMPARES = new Set(["=", "!=", "<>"]);

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      at += 1;
      continue;
    }
    const [whole, number, quoted, name, bracketed, sign] = match;
    const kind = number ? "number" : quoted ? "text" : (name ?? bracketed) ? "name" : sign ? "sign" : "open_text";
    tokens.push({ kind, text: bracketed?.trim() ?? whole, from: at, to: at + whole.length });
    at += whole.length;
  }
  return tokens;
}

interface Frame {
  from: number;
  isAggregate: boolean;
  /** Rows of the aggregate's list. */
  list: string;
  object: string;
}

export function readFormula(text: string, book: NameBook): Reading {
  return new Reader(text, book).read();
}

class Reader {
  private readonly tokens: Token[];
  private readonly pieces: Piece[] = [];
  private readonly frames: Frame[];
  private readonly scopes: { from: number; object: string }[];
  private readonly fields: { from: number; to: number; name: Name }[] = [];
  private readonly book: NameBook;

  constructor(text: string, book: NameBook) {
    this.book = book;
    this.tokens = tokensOf(text);
    this.frames = [{ from: 0, isAggregate: false, list: "", object: book.root }];
    this.scopes = [{ from: 0, object: book.root }];
  }

  read(): Reading {
    for (let at = 0; at < this.tokens.length; ) at = this.take(at);
    return {
      pieces: this.pieces,
      objectAt: (position) => this.scopes.findLast((scope) => scope.from <= position)?.object ?? this.book.root,
      choiceAt: (position) => this.fields.find((field) => field.from <= position && position <= field.to)?.name,
      isText: (position) => this.tokens.some(({ kind, from, to }) => from < position && (kind === "open_text" || (kind === "text" && position < to))),
    };
  }

  private get frame(): Frame {
    return this.frames.at(-1)!;
  }

  private take(at: number): number {
    const token = this.tokens[at]!;
    const next = this.tokens[at + 1];
    if (token.kind === "name" && token.text === "where") this.enterRows(token.to);
    else if (token.kind === "name" && next?.text === "(" && next.kind === "sign") return this.call(at);
    else if (token.kind === "name" && !WORDS.has(token.text)) return this.path(at);
    else if (token.kind === "sign" && token.text === "(") this.enter(token.from, false);
    else if (token.kind === "sign" && token.text === ")") this.leave(token.to);
    else if (token.kind === "text") this.literal(at);
    return at + 1;
  }

  private call(at: number): number {
    const token = this.tokens[at]!;
    if (!WORDS.has(token.text) || token.text === "blank")
      this.pieces.push({ kind: "function", from: token.from, to: token.to, steps: [], label: token.text, object: this.frame.object });
    this.enter(this.tokens[at + 1]!.from, AGGREGATES.has(token.text));
    return at + 2;
  }

  private enter(from: number, isAggregate: boolean): void {
    const { list, object } = this.frame;
    this.frames.push({ from, isAggregate, list: isAggregate ? "" : list, object });
  }

  private leave(to: number): void {
    if (this.frames.length > 1) this.frames.pop();
    this.scopes.push({ from: to, object: this.frame.object });
  }

  private enterRows(from: number): void {
    const owner = this.frames.findLast((frame) => frame.isAggregate);
    if (!owner?.list) return;
    this.frame.object = owner.list;
    this.scopes.push({ from, object: owner.list });
  }

  /** `customer.region.name`, as far as it is written. */
  private path(at: number): number {
    const names: Token[] = [this.tokens[at]!];
    let end = at + 1;
    while (this.isDot(end) && this.tokens[end + 1]?.kind === "name" && this.touches(end)) {
      names.push(this.tokens[end + 1]!);
      end += 2;
    }
    const isOpen = this.isDot(end) && this.touches(end);
    this.place(names, isOpen ? this.tokens[end]!.to : undefined);
    this.besideChoice(at, end);
    return isOpen ? end + 1 : end;
  }

  private isDot(at: number): boolean {
    const token = this.tokens[at];
    return token?.kind === "sign" && token.text === ".";
  }

  private touches(at: number): boolean {
    return this.tokens[at - 1]?.to === this.tokens[at]?.from;
  }

  private place(names: Token[], openTo: number | undefined): void {
    const from = names[0]!.from;
    const to = openTo ?? names.at(-1)!.to;
    const start = this.frame.object;
    const { steps, object } = this.follow(names.map((token) => token.text), start);
    const isKnown = steps.length === names.length;
    const kind = openTo !== undefined ? "open" : isKnown ? "path" : "unknown";
    const label = isKnown ? labelOf(steps) : names.map((token) => token.text).join(".");
    this.pieces.push({ kind, from, to, steps, label, object: isKnown ? object : start });
    const list = steps.find((step) => step.many);
    const owner = this.frames.findLast((frame) => frame.isAggregate);
    if (list?.target && owner && !owner.list) owner.list = list.target;
  }

  private follow(path: string[], start: string): { steps: Name[]; object: string } {
    let object = start;
    const steps: Name[] = [];
    for (const part of path) {
      const found: Name | undefined =
        this.book.find(object, part) ?? (part === "this" && steps.length === 0 && path.length > 1 ? thisOf(this.book) : this.special(part, steps));
      if (!found) break;
      steps.push(found);
      object = found.target ?? "";
      if (!object) break;
    }
    return { steps, object };
  }

  /** `me` and `company` are the same everywhere. */
  private special(part: string, steps: Name[]): Name | undefined {
    const found = steps.length === 0 ? this.book.find(this.book.root, part) : undefined;
    return found?.special ? found : undefined;
  }

  /** `state = ` and `state in (` may be followed by a choice. */
  private besideChoice(at: number, end: number): void {
    const name = this.pieces.at(-1)?.steps.at(-1);
    if (!name?.choices || this.pieces.at(-1)?.kind !== "path") return;
    const sign = this.tokens[end];
    const before = this.tokens[at - 1];
    if (before && COMPARES.has(before.text)) this.asChoice(this.tokens[at - 2], name);
    const isIn = sign?.kind === "name" && (sign.text === "in" || (sign.text === "not" && this.tokens[end + 1]?.text === "in"));
    if (!sign || !(COMPARES.has(sign.text) || isIn)) return;
    const last = isIn ? this.endOfList(end) : (this.tokens[end + 1]?.kind ?? "").includes("text") ? this.tokens[end + 1]!.to : sign.to + 1;
    this.fields.push({ from: sign.to, to: last, name });
  }

  private endOfList(at: number): number {
    const close = this.tokens.slice(at).find((token) => token.kind === "sign" && token.text === ")");
    return close?.from ?? Number.MAX_SAFE_INTEGER;
  }

  private literal(at: number): void {
    const token = this.tokens[at]!;
    const field = this.fields.find(({ from, to }) => from <= token.from && token.to <= to);
    if (field) this.asChoice(token, field.name);
  }

  private asChoice(token: Token | undefined, name: Name): void {
    if (token?.kind !== "text") return;
    const found = name.choices?.find((choice) => choice.name === token.text.slice(1, -1));
    if (found) this.pieces.push({ kind: "choice", from: token.from, to: token.to, steps: [], label: say(found.label, found.name), object: "" });
  }
}

const thisOf = (book: NameBook): Name => ({ name: "this", label: { en: "This record", zh: "本记录" }, type: "link", target: book.root, many: false, special: true });

export const labelOf = (steps: Name[]): string => steps.map(sayName).join(" › ");

/** Full-width signs, as Chinese input methods write them, mean the plain ones. */
const WIDE: Record<string, string> = {
  "，": ",", "（": "(", "）": ")", "＝": "=", "＜": "<", "＞": ">", "＋": "+", "－": "-", "×": "*", "÷": "/", "＊": "*", "／": "/", "。": ".", "．": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "≥": ">=", "≤": "<=", "≠": "!=", "＆": "&", "！": "!", "　": " ",
};

export const narrow = (text: string): string => text.replace(/[，（）＝＜＞＋－×÷＊／。．“”‘’≥≤≠＆！　]/g, (sign) => WIDE[sign] ?? sign).replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));

/** The first thing wrong that needs no server: a text or a bracket that never closes. */
export function unclosed(text: string): { from: number; to: number; sign: string } | null {
  const open: Token[] = [];
  for (const token of tokensOf(text)) {
    if (token.kind === "open_text") return { from: token.from, to: token.to, sign: token.text[0]! };
    if (token.kind !== "sign") continue;
    if (token.text === "(") open.push(token);
    if (token.text === ")") {
      if (open.length === 0) return { from: token.from, to: token.to, sign: ")" };
      open.pop();
    }
  }
  const last = open.at(-1);
  return last ? { from: last.from, to: last.to, sign: "(" } : null;
}
