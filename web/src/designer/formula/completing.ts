/** What may come next: fields by label or name of either language, functions, choices. */
import { type Completion, type CompletionContext, type CompletionResult, pickedCompletion, startCompletion } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import type { FunctionHelp, Name, NameBook } from "./names";
import { say, sayName } from "./names";
import { inBrackets, ranked } from "./ranking";
import { readFormula } from "./reading";

/** What the screen knows besides the names: the functions, words for types, how a function's help looks. */
export interface Offers {
  functions: FunctionHelp[];
  typeWords: (name: Name) => string;
  constants: { name: string; label: string }[];
  helpOf: (help: FunctionHelp) => HTMLElement;
  sections: { fields: string; functions: string; choices: string; words: string };
}

const WRITTEN = /(?:(?:[\p{L}_][\p{L}\p{N}_]*)\.)*[\p{L}_]?[\p{L}\p{N}_]*$/u;
const LAST = /[\p{L}_]?[\p{L}\p{N}_]*$/u;
const MOST = 60;

/** Who types fast is ahead of the names of a linked object: the offers wait for them. */
export async function completeOnceKnown(context: CompletionContext, book: NameBook, offers: () => Offers): Promise<CompletionResult | null> {
  const found = completeFormula(context, book, offers());
  const arrival = found ? undefined : book.arrival();
  if (!arrival) return found;
  await arrival;
  return context.aborted ? null : completeOnceKnown(context, book, offers);
}

export function completeFormula(context: CompletionContext, book: NameBook, offers: Offers): CompletionResult | null {
  const text = context.state.doc.toString();
  const before = text.slice(0, context.pos);
  const reading = readFormula(text, book);
  const choice = reading.choiceAt(context.pos);
  if (reading.isText(context.pos)) return choice ? choicesInside(before, choice, offers) : null;
  const written = WRITTEN.exec(before)?.[0] ?? "";
  const start = context.pos - written.length;
  const path = written.split(".").slice(0, -1);
  if (!written && !context.explicit && !choice && !/[(=,<>+*/&-]\s*$|\b(and|or|not|where|in)\s+$|^\s*$/.test(before)) return null;
  const object = path.length > 0 ? objectOf(path, reading.objectAt(start), book) : reading.objectAt(start);
  if (!object) return null;
  const last = LAST.exec(written)?.[0] ?? "";
  const typed = path.length === 0 && last ? typedLabel(before, last, book.of(object)?.names ?? []) : last;
  const choices = path.length === 0 ? [...(choice?.choices ?? []).map((each) => ({ name: each.name, label: say(each.label, each.name) })), ...(choice ? [] : offers.constants)] : [];
  const options = [
    ...choices.filter((each) => ranked(typed, [each.label, each.name]) > 0).map((each) => choiceOffer(each, offers)),
    ...nameOffers(object, typed, book, offers, path.length > 0),
    ...(path.length > 0 ? [] : functionOffers(typed, offers)),
    ...(path.length > 0 || !typed ? [] : wordOffers(typed, offers)),
  ];
  return options.length > 0 ? { from: context.pos - typed.length, options: options.slice(0, MOST), filter: false } : null;
}

/** “Service af” is one label begun, not two words: the longest ending that begins one, else the last word. */
function typedLabel(before: string, last: string, names: Name[]): string {
  const labels = names.flatMap(({ label }) => [label.en, label.zh]).map((each) => each?.toLocaleLowerCase() ?? "");
  const endings = [...before.matchAll(/(?<![\p{L}\p{N}_.])[\p{L}_]/gu)].map(({ index }) => before.slice(index));
  return endings.find((ending) => ending.includes(" ") && labels.some((label) => label.startsWith(ending.toLocaleLowerCase()))) ?? last;
}

function objectOf(path: string[], start: string, book: NameBook): string | null {
  let object: string | null = start;
  for (const [index, part] of path.entries()) {
    if (!object) return null;
    if (index === 0 && part === "this" && !book.find(object, "this")) object = book.root;
    else {
      const special: Name | undefined = index === 0 ? book.find(book.root, part) : undefined;
      object = (book.find(object, part) ?? (special?.special ? special : undefined))?.target ?? null;
    }
  }
  return object;
}

function nameOffers(object: string, typed: string, book: NameBook, offers: Offers, isInside: boolean): Completion[] {
  const names = book.of(object)?.names ?? [];
  return names
    .map((name) => ({ name, rank: ranked(typed, [name.name, name.label.en, name.label.zh]) }))
    .filter(({ name, rank }) => rank > 0 && !(isInside && name.special))
    .toSorted((one, other) => weigh(other) - weigh(one))
    .map(({ name, rank }) => nameOffer(name, rank, offers));
}

const weigh = ({ name, rank }: { name: Name; rank: number }): number => rank * 10 - (name.system ? 5 : 0) - (name.special ? 2 : 0);

function nameOffer(name: Name, rank: number, offers: Offers): Completion {
  const leads = Boolean(name.target);
  return {
    label: name.name,
    displayLabel: leads ? `${sayName(name)} ›` : sayName(name),
    detail: `${name.name} · ${offers.typeWords(name)}`,
    boost: weigh({ name, rank }),
    section: { name: offers.sections.fields, rank: 1 },
    apply: (view, completion, from, to) => {
      const text = inBrackets(name.name) ? `[${name.name}]` : name.name;
      pick(view, completion, from, to, text, 0);
    },
  };
}

function functionOffers(typed: string, offers: Offers): Completion[] {
  return offers.functions
    .map((help) => ({ help, rank: ranked(typed, [help.name]) }))
    .filter(({ rank }) => rank > (typed ? 2 : 0))
    .map(({ help, rank }) => ({
      label: help.name,
      displayLabel: help.signature,
      boost: rank * 10 - 8,
      section: { name: offers.sections.functions, rank: 2 },
      info: () => offers.helpOf(help),
      apply: (view, completion, from, to) => pick(view, completion, from, to, `${help.name}()`, help.signature.endsWith("()") ? 0 : 1),
    }));
}

function wordOffers(typed: string, offers: Offers): Completion[] {
  return ["and", "or", "not", "in", "where", "true", "false", "blank"]
    .filter((word) => ranked(typed, [word]) > 2)
    .map((word) => ({ label: word, boost: -20, section: { name: offers.sections.words, rank: 4 } }));
}

function choiceOffer(choice: { name: string; label: string }, offers: Offers): Completion {
  return {
    label: choice.name,
    displayLabel: choice.label,
    detail: `"${choice.name}"`,
    boost: 90,
    section: { name: offers.sections.choices, rank: 0 },
    apply: (view, completion, from, to) => pick(view, completion, from, to, `"${choice.name}"`, 0),
  };
}

/** Inside the quotes already: the choice's name takes the place of the whole text. */
function choicesInside(before: string, field: Name, offers: Offers): CompletionResult | null {
  const quote = Math.max(before.lastIndexOf('"'), before.lastIndexOf("'"));
  const typed = before.slice(quote + 1);
  const options = (field.choices ?? [])
    .map((each) => ({ name: each.name, label: say(each.label, each.name) }))
    .filter((each) => ranked(typed, [each.label, each.name]) > 0)
    .map((each) => ({
      ...choiceOffer(each, offers),
      apply: (view: EditorView, completion: Completion, from: number, to: number) => {
        const closed = view.state.doc.sliceString(to, to + 1) === before[quote] ? to + 1 : to;
        pick(view, completion, from - 1, closed, `"${each.name}"`, 0);
      },
    }));
  return options.length > 0 ? { from: quote + 1, options, filter: false } : null;
}

function pick(view: EditorView, completion: Completion, from: number, to: number, insert: string, back: number): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length - back },
    userEvent: "input.complete",
    annotations: pickedCompletion.of(completion),
  });
  if (back > 0) startCompletion(view);
}
