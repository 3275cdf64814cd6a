import { Signature } from "lucide-react";
import { FileStrip, file, useShown } from "./file";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog, lately } from "./lately";

/** Ink on paper, also at night. */
function SignatureCell({ value, field, row, dense }: CellProps) {
  const [shown] = useShown(value, field, row);
  if (!shown) return null;
  if (!shown.url) return <FileStrip files={[shown]} isDense={dense} />;
  return <img className={dense ? "q-signed q-signed-dense" : "q-signed"} src={shown.url} alt={field.label} />;
}

const Editor = lately<EditorProps>(() => import("./SignaturePad"));

export const signature: FieldKind = {
  sortable: false,
  ...file,
  icon: Signature,
  Cell: SignatureCell,
  Editor: inDialog(Editor, ({ value, field, row }) => <SignatureCell value={value} field={field} row={row ?? {}} dense />),
  width: 120,
};
