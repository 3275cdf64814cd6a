/** The text with chips: CodeMirror with names shown as people call them, while the text stays the formula language. */
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from "@codemirror/commands";
import { linter, lintKeymap } from "@codemirror/lint";
import { EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, placeholder, tooltips, WidgetType } from "@codemirror/view";
import { completeOnceKnown, type Offers } from "./completing";
import type { NameBook } from "./names";
import { narrow, type Piece, readFormula } from "./reading";

/** Names arrived: the text is read again. */
export const namesArrived = StateEffect.define<null>();

/** Where a person is typing: the piece there stays plain until they have done with it. */
const typing = StateField.define<number | null>({
  create: () => null,
  update(place, change) {
    if (change.isUserEvent("input.complete")) return null;
    if (change.docChanged && (change.isUserEvent("input") || change.isUserEvent("delete"))) return change.state.selection.main.head;
    if (change.docChanged) return place === null ? null : change.changes.mapPos(place);
    return change.selection ? null : place;
  },
});

class Chip extends WidgetType {
  private readonly piece: Piece;
  private readonly text: string;

  constructor(piece: Piece, text: string) {
    super();
    this.piece = piece;
    this.text = text;
  }

  override eq(other: Chip): boolean {
    return other.text === this.text && other.piece.label === this.piece.label;
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = `q-chip q-chip-${this.piece.kind}${this.piece.steps.at(-1)?.many ? " q-chip-list" : ""}`;
    chip.title = this.text;
    chip.textContent = this.piece.label;
    return chip;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const MARKS = { function: Decoration.mark({ class: "q-formula-function" }), unknown: Decoration.mark({ class: "q-formula-unknown" }) };

function chipsOf(state: EditorState, book: NameBook): DecorationSet {
  const text = state.doc.toString();
  const place = state.field(typing);
  const pieces = readFormula(text, book).pieces.toSorted((one, other) => one.from - other.from);
  return Decoration.set(
    pieces.flatMap((piece) => {
      const { kind, from, to } = piece;
      const isTyped = place !== null && from < place && place <= to;
      if (kind === "function" || kind === "unknown") return isTyped && kind === "unknown" ? [] : [MARKS[kind].range(from, to)];
      if (isTyped || kind === "open") return [];
      return [Decoration.replace({ widget: new Chip(piece, text.slice(from, to)) }).range(from, to)];
    }),
  );
}

function chips(book: NameBook): Extension {
  const field = StateField.define<DecorationSet>({
    create: (state) => chipsOf(state, book),
    update(known, change) {
      const isNew = change.docChanged || change.selection || change.effects.some((effect) => effect.is(namesArrived));
      return isNew ? chipsOf(change.state, book) : known;
    },
    provide: (self) => [
      EditorView.decorations.from(self),
      // The cursor steps over a chip, and Backspace takes it away, as one character.
      EditorView.atomicRanges.of((view) => view.state.field(self).update({ filter: (_from, _to, { spec }) => Boolean((spec as { widget?: unknown }).widget) })),
    ],
  });
  return [typing, field];
}

const ENDS_A_NAME = /^[\s+\-*/&=<>(),.!]$/;

/** A finished label becomes its name: 客户 → customer. Full-width signs become plain ones outside of texts. */
function readsPeople(book: NameBook): Extension {
  return EditorView.inputHandler.of((view, from, to, given) => {
    if (view.composing) return false;
    const reading = readFormula(view.state.doc.toString(), book);
    const text = reading.isText(from) ? given : narrow(given);
    const label = ENDS_A_NAME.test(text) ? finishedLabel(view.state.doc.toString(), from, book) : null;
    if (text === given && !label) return false;
    const changes = [...(label ? [label] : []), { from, to, insert: text }];
    view.dispatch({ changes, selection: { anchor: from + shiftOf(label) + text.length }, userEvent: "input.type" });
    return true;
  });
}

interface Change {
  from: number;
  to: number;
  insert: string;
}

const shiftOf = (change: Change | null): number => (change ? change.insert.length - (change.to - change.from) : 0);

/** The label that ends at `at`, with the name that it stands for. */
function finishedLabel(text: string, at: number, book: NameBook): Change | null {
  const piece = readFormula(text, book).pieces.find(({ kind, to }) => kind === "unknown" && to === at);
  return piece ? nameOfLabel(text, piece, book) : null;
}

export function nameOfLabel(text: string, piece: Piece, book: NameBook): Change | null {
  const object = piece.steps.length > 0 ? piece.steps.at(-1)!.target : piece.object;
  const written = text.slice(piece.from, piece.to).split(".").slice(piece.steps.length);
  const found = object && written.length === 1 ? book.called(object, written[0]!) : undefined;
  return found ? { from: piece.to - written[0]!.length, to: piece.to, insert: found.name } : null;
}

/** Enter pressed before the offers for what was just typed have come: it takes the first of them, and ends the line where there are none. */
function entersOnceOffered(): Extension {
  let isAwaited = false;
  const enter = (view: EditorView): boolean => {
    if (completionStatus(view.state) !== "pending") return false;
    isAwaited = true;
    return true;
  };
  return [
    Prec.highest(keymap.of([{ key: "Enter", run: enter }])),
    EditorView.updateListener.of(({ view, docChanged }) => {
      if (docChanged) isAwaited = false;
      if (!isAwaited || completionStatus(view.state) === "pending") return;
      isAwaited = false;
      queueMicrotask(() => acceptCompletion(view) || insertNewlineAndIndent(view));
    }),
  ];
}

/** Labels that are left as words when the person goes away become names too. */
function settleLabels(view: EditorView, book: NameBook): void {
  const text = view.state.doc.toString();
  const changes = readFormula(text, book).pieces.flatMap((piece) => (piece.kind === "unknown" ? (nameOfLabel(text, piece, book) ?? []) : []));
  if (changes.length > 0) view.dispatch({ changes, userEvent: "input.complete" });
}

export interface EditorWords {
  label: string;
  hint: string;
}

export interface EditorSettings {
  parent: HTMLElement;
  text: string;
  book: NameBook;
  offers: () => Offers;
  words: EditorWords;
  onChange: (text: string) => void;
  describedBy?: string;
  id?: string;
}

export function makeEditor({ parent, text, book, offers, words, onChange, describedBy, id }: EditorSettings): EditorView {
  const attributes: Record<string, string> = { "aria-label": words.label, spellcheck: "false", autocorrect: "off", autocapitalize: "off" };
  if (describedBy) attributes["aria-describedby"] = describedBy;
  if (id) attributes.id = id;
  const view: EditorView = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        drawSelection(),
        closeBrackets(),
        chips(book),
        readsPeople(book),
        entersOnceOffered(),
        autocompletion({ override: [(context) => completeOnceKnown(context, book, offers)], icons: false, tooltipClass: () => "q-formula-offers", interactionDelay: 0 }),
        linter(null),
        tooltips({ parent: document.body }),
        placeholder(words.hint),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(attributes),
        EditorView.domEventHandlers({ focus: () => book.refresh(), blur: () => void setTimeout(() => view.dom.isConnected && settleLabels(view, book)) }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    }),
  });
  return view;
}

/** Puts text where the cursor is, and leaves the cursor where the person goes on. */
export function insertText(view: EditorView, text: string, back = 0): void {
  const { from, to } = view.state.selection.main;
  const before = view.state.doc.sliceString(Math.max(0, from - 1), from);
  const insert = /[\p{L}\p{N}_)"'\]]/u.test(before) ? ` ${text}` : text;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length - back }, userEvent: "input.complete" });
  view.focus();
}
