/** A formula and what becomes of it: the text with chips, a list to insert from, errors at their place, type and live result. */
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useLayoutEffect, useMemo, useRef } from "react";
import { type Checked, type CheckProblem, unitsAt, useCheck, useFunctions } from "./checking";
import type { Offers } from "./completing";
import { useFormulaDraft } from "./draft";
import { insertText, makeEditor, nameOfLabel, namesArrived } from "./editor";
import "./formula.css";
import { makeHelp } from "./help";
import { InsertButton } from "./InsertList";
import { fetchNames, NameBook } from "./names";
import type { FormulaInputProps } from "./props";
import { labelOf, readFormula, unclosed } from "./reading";
import { Outcome } from "./Outcome";
import { useTypeWords } from "./words";

export default function Editor({ object, value, onChange, expect, scope, label, id, hint }: FormulaInputProps) {
  const { t } = useLingui();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const outcome = useId();
  const book = useNameBook(object, scope, view);
  const functions = useFunctions();
  const checked = useCheck({ object, scope, expect, formula: value });
  const offers = useOffers(book, expect);
  const latest = useRef({ offers, onChange });
  latest.current = { offers, onChange };

  useLayoutEffect(() => {
    const made = makeEditor({
      parent: host.current!,
      text: value,
      book,
      offers: () => latest.current.offers,
      words: { label: label ?? t`Formula`, hint: hint ?? t`Type a field or a function` },
      onChange: (text) => latest.current.onChange(text),
      describedBy: outcome,
      id,
    });
    view.current = made;
    return () => made.destroy();
    // The editor keeps its own text; only another object makes another editor.
  }, [book]);

  useEffect(() => {
    const shown = view.current;
    if (shown && shown.state.doc.toString() !== value) shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);

  useProblems(view, book, value, checked);

  return (
    <div className="q-formula">
      <div className="q-formula-box">
        <div ref={host} className="q-formula-text" />
        <InsertButton book={book} functions={functions} onInsert={(text, back) => view.current && insertText(view.current, text, back)} />
      </div>
      <Outcome id={outcome} object={object} formula={value} checked={checked} expect={expect} scope={scope} />
    </div>
  );
}

function useNameBook(object: string, scope: string | undefined, view: { current: EditorView | null }): NameBook {
  const client = useQueryClient();
  const draft = useFormulaDraft();
  return useMemo(() => {
    const load = (asked: string) => {
      const from = asked === object ? scope : undefined;
      return client.fetchQuery({ queryKey: ["formula-names", asked, from, draft], queryFn: () => fetchNames(asked, from, draft), staleTime: 2_000 });
    };
    const book = new NameBook(object, load, () => view.current?.dispatch({ effects: namesArrived.of(null) }));
    void book.ready(object);
    return book;
  }, [client, object, scope, draft, view]);
}

function useOffers(book: NameBook, expect: FormulaInputProps["expect"]): Offers {
  const { t } = useLingui();
  const functions = useFunctions();
  const typeWords = useTypeWords();
  const wanted = typeof expect === "object" ? book.find(book.root, expect.field)?.choices : undefined;
  return {
    functions: functions?.functions ?? [],
    typeWords: (name) => typeWords(name.many ? "list" : name.type),
    constants: (wanted ?? []).map((choice) => ({ name: choice.name, label: labelOf([{ ...choice, type: "choice", target: null, many: false }]) })),
    helpOf: (help) => makeHelp(help, t`Example`),
    sections: { fields: t`Fields`, functions: t`Functions`, choices: t`Choices`, words: t`Words` },
  };
}

/** The server's word, or at once what needs no server; with what can be done about it. */
function useProblems(view: { current: EditorView | null }, book: NameBook, text: string, checked: Checked | undefined): void {
  const { t } = useLingui();
  useEffect(() => {
    const shown = view.current;
    if (!shown || shown.state.doc.toString() !== text) return;
    const mistake = checked?.formula === text ? checked.error : undefined;
    const found: Diagnostic[] = [];
    if (mistake) found.push(diagnosticOf(text, mistake, book, (name) => t`Write ${name}`));
    else {
      const open = checked?.formula === text ? null : unclosed(text);
      if (open) found.push({ ...open, severity: "error", message: t`“${open.sign}” is never closed.` });
    }
    for (const { position, length, detail } of (checked?.formula === text && checked.warnings) || [])
      found.push({ from: unitsAt(text, position), to: unitsAt(text, position + length), severity: "warning", message: detail });
    shown.dispatch(setDiagnostics(shown.state, found));
  }, [view, book, text, checked, t]);
}

function diagnosticOf(text: string, mistake: CheckProblem, book: NameBook, write: (name: string) => string): Diagnostic {
  const from = unitsAt(text, mistake.position);
  const to = Math.max(from, unitsAt(text, mistake.position + mistake.length));
  const piece = readFormula(text, book).pieces.find((each) => each.kind === "unknown" && each.from <= from && to <= each.to);
  const meant = piece ? nameOfLabel(text, piece, book) : null;
  const fixes = meant ? [meant] : mistake.nearest.map((insert) => ({ from, to, insert }));
  return {
    from,
    to,
    severity: "error",
    message: mistake.problem,
    actions: fixes.map((fix) => ({ name: write(fix.insert), apply: (view) => view.dispatch({ changes: fix, userEvent: "input.complete" }) })),
  };
}
