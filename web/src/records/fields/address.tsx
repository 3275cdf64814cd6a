import { House } from "lucide-react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog, lately } from "./lately";
import { presence } from "./operators";
import { knownDivisions, regionText, useDivisions } from "./region";
import { type Address, splitAddress } from "./splitAddress";

const Editor = lately<EditorProps>(() => import("./AddressEditor"));

const join = (parts: (string | null | undefined)[], between: string): string => parts.filter(Boolean).join(between);

/** As an envelope says it: who, where, postcode. */
function linesOf(address: Address, say: (code: string) => string): string[] {
  const place = join([address.region && say(address.region), address.street], " ");
  return [join([address.name, address.phone], "  "), place, join([address.postcode, address.country], " ")].filter(Boolean);
}

function AddressCell({ value, dense }: CellProps) {
  const address = value as Address | null;
  const divisions = useDivisions(Boolean(address?.region));
  if (!address) return null;
  const lines = linesOf(address, (code) => divisions?.wordsOf(code) || code);
  return dense ? (
    <span className="q-ellipsis" title={lines.join("\n")}>
      {lines.join(", ")}
    </span>
  ) : (
    <address className="q-address">{lines.join("\n")}</address>
  );
}

const text = (value: unknown): string => (value ? linesOf(value as Address, regionText).join(", ") : "");

export const address: FieldKind = {
  sortable: false,
  icon: House,
  Cell: AddressCell,
  Editor: inDialog(Editor, ({ value }) => <>{text(value)}</>),
  text,
  read: (typed) => (typed.trim() ? splitAddress(typed, knownDivisions()?.leading) : null),
  literal: (value) => value,
  operators: presence,
  width: 260,
  isWide: true,
  isGroup: true,
  ends: "in_dialog",
};
