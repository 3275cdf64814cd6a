import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { type NameBook, sayName } from "../../formula/names";
import { say } from "../../words";
import { type Column, inputsOf, partsOf, type Slot } from "../model";
import { namesOf } from "../names";
import type { Offer, SheetColumn } from "../sheet/Sheet";
import { useRule } from "../state";
import { ColumnHead } from "./ColumnHead";

const WIDTHS: Record<string, number> = { boolean: 110, number: 150, money: 150, date: 150 };
const WIDE = 190;

/** How the slots of a rule's rows stand in a sheet. */
export function useSheetColumns(slots: Slot[], book: NameBook, of: string): SheetColumn[] {
  const { t } = useLingui();
  const words: Record<string, { label: string; blank: string; width: number }> = {
    from: { label: t`Valid from`, blank: "", width: 130 },
    until: { label: t`Last day`, blank: t`open`, width: 130 },
    priority: { label: t`Priority`, blank: "", width: 110 },
    note: { label: t`Remark`, blank: "", width: 220 },
  };
  const any = t`any`;
  const truths: Offer[] = [{ text: "true", label: t`Yes` }, { text: "false", label: t`No` }];
  const { body } = useRule();
  const asked = useMemo(() => inputsOf(body), [body.inputs]);
  const known = slots.map(({ column }) => column && typeOf(column, book)).join();
  return useMemo(
    () =>
      slots.map(({ of: place, name, column }): SheetColumn => {
        const own = words[name]!;
        if (!column) return { key: name, label: own.label, head: <span className="q-column-head q-muted">{own.label}</span>, width: own.width, side: "note", blank: own.blank };
        const type = typeOf(column, book);
        const side = place === "when" ? "input" : "output";
        const values = side === "output" ? valuesOf(column, asked, book) : [];
        const offers = type === "boolean" ? truths : [...offersOf(column, book), ...values];
        const labels = new Map([...(side === "output" ? asked.map(({ name: each, label }) => [each, label] as const) : []), ...offers.map(({ text, label }) => [text, label] as const)]);
        return { key: `${side} ${name}`, label: column.label, head: <ColumnHead column={column} type={type} isFixed={of === "bands"} />, width: values.length > 0 ? WIDE : (WIDTHS[type] ?? WIDE), side, blank: side === "input" ? any : "", offers, show: labels.size > 0 ? (text) => called(text, labels) : undefined };
      }),
    [slots, asked, book, of, known, any],
  );
}

/** What an input asks: a formula, or the field of its name. */
const askedOf = ({ side, name, body }: Column): string => (side === "input" && !body.type ? ((body.formula as string | undefined) ?? name) : "");

export function typeOf(column: Column, book: NameBook): string {
  const asked = askedOf(column);
  return (column.body.type as string | undefined) ?? (asked ? (namesOf(book, asked)?.at(-1)?.type ?? "") : "text");
}

/** What may stand in the column, where it is one of a few. */
export function offersOf(column: Column, book: NameBook): Offer[] {
  if (column.body.choices) return partsOf(column.body.choices).map(([name, choice]) => ({ text: `"${name}"`, label: say(choice.label, name) }));
  const asked = askedOf(column);
  const name = asked ? namesOf(book, asked)?.at(-1) : undefined;
  return (name?.choices ?? []).map((choice) => ({ text: `"${choice.name}"`, label: sayName({ ...choice, type: "choice", target: null, many: false }) }));
}

/** What is asked and fits what follows: an amount where an amount is posted. */
const valuesOf = (output: Column, asked: Column[], book: NameBook): Offer[] =>
  asked.flatMap((column) => (AMOUNTS.has(typeOf(output, book)) && (AMOUNTS.has(typeOf(column, book)) || column.body.formula) ? [{ text: column.name, label: column.label }] : []));

const AMOUNTS = new Set(["number", "money"]);

/** Names of choices and of what is asked as people call them; what else stands in the cell stays. */
const called = (text: string, labels: ReadonlyMap<string, string>): string => text.replace(/"[^"]*"|(?<![\w.])[a-z_]\w*(?![\w.(])/g, (name) => labels.get(name) ?? name);
