import { ListTree } from "lucide-react";
import { ToneTag } from "../../kit/ToneTag";
import type { Choice, Field } from "../definitions";
import { choiceOf } from "./choice";
import type { CellProps, FieldKind } from "./kind";
import { lately } from "./lately";
import { quote, treeOperators } from "./operators";

/** From the root to the choice itself; a circle ends where it began. */
export function branchTo(field: Field, name: unknown): Choice[] {
  const found: Choice[] = [];
  for (let at: unknown = name; at && !found.some((choice) => choice.name === at); ) {
    const choice = choiceOf(field, at);
    found.unshift(choice);
    at = choice.under;
  }
  return found;
}

const pathOf = (field: Field, name: unknown): string => branchTo(field, name).map((choice) => choice.label).join(" / ");

function TreeCell({ value, field, dense }: CellProps) {
  if (!value) return null;
  const branch = branchTo(field, value);
  const label = dense ? branch.at(-1)?.label : pathOf(field, value);
  return (
    <span title={dense ? pathOf(field, value) : undefined}>
      <ToneTag tone={branch.at(-1)?.tone}>{label}</ToneTag>
    </span>
  );
}

/** The whole path, or the last name when only one choice bears it. */
function readTree(text: string, field: Field): string | null | undefined {
  const wanted = text.trim().toLowerCase().replace(/\s*[/>›]\s*/g, " / ");
  if (!wanted) return null;
  const names = (choice: Choice) => [choice.name, choice.label, pathOf(field, choice.name)].map((name) => name.toLowerCase());
  const hits = (field.choices ?? []).filter((choice) => names(choice).includes(wanted));
  return hits.length === 1 ? hits[0]!.name : undefined;
}

export const treeChoice: FieldKind = {
  icon: ListTree,
  Cell: TreeCell,
  Editor: lately(() => import("./TreeEditor")),
  text: (value, field) => (value ? pathOf(field, value) : ""),
  read: readTree,
  literal: quote,
  operators: treeOperators,
  width: 150,
  sortable: true,
  ends: "at_once",
};
