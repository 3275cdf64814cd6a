import { useLingui } from "@lingui/react/macro";
import { Link2 } from "lucide-react";
import { Link } from "react-router";
import { useDefs } from "../context";
import { type Field, recordPath, type Values } from "../definitions";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { LinkChooser } from "./LinkChooser";
import { LinksChooser } from "./LinksChooser";
import { linkOperators } from "./operators";

export function labelOf(field: Field, row: Values): string {
  const flat = row[`${field.name}._label`];
  if (typeof flat === "string") return flat;
  return (row._labels as Record<string, string> | undefined)?.[field.name] ?? "";
}

function LinkCell({ value, field, row, dense }: CellProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const label = labelOf(field, row);
  if (value === null || value === undefined) return label ? <span>{label}</span> : null;
  if (!label)
    return (
      <span className="q-muted" role="img" aria-label={t`Not shown to you`} title={t`Not shown to you`}>
        •••
      </span>
    );
  if (!field.to || !definitions.objects[field.to]) return <span className={dense ? "q-ellipsis" : ""}>{label}</span>;
  return (
    <Link
      to={recordPath(field.to, String(value))}
      className={dense ? "q-ellipsis" : ""}
      tabIndex={dense ? -1 : undefined}
      onClick={(event) => event.stopPropagation()}
    >
      {label}
    </Link>
  );
}

/** Inputs of operations may take many. */
function LinkEditor(props: EditorProps) {
  return props.field.many ? <LinksChooser {...props} /> : <LinkChooser {...props} />;
}

export const link: FieldKind = {
  icon: Link2,
  Cell: LinkCell,
  Editor: LinkEditor,
  text: (_, field, row) => labelOf(field, row),
  literal: (value) => value,
  operators: linkOperators,
  ends: "at_once",
  width: 170,
  sortable: true,
};
