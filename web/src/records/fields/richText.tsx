import { lazy, Suspense } from "react";
import { PilcrowRight } from "lucide-react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog, lately } from "./lately";
import { quote } from "./operators";
import { text as plain } from "./text";

const SafeHtml = lazy(() => import("./SafeHtml"));

/** The words of it, a blank between blocks. Scripts never run: the text is parsed apart from the page. */
export function wordsOf(html: unknown): string {
  if (!html) return "";
  const apart = new DOMParser().parseFromString(String(html).replace(/<(\/p|\/li|\/h\d|br)\b/gi, " <$1"), "text/html");
  return (apart.body.textContent ?? "").replace(/\s+/g, " ").trim();
}

function RichCell({ value, dense }: CellProps) {
  if (!value) return null;
  if (dense) return <span className="q-ellipsis">{wordsOf(value)}</span>;
  return (
    <Suspense fallback={<span className="q-pre">{wordsOf(value)}</span>}>
      <SafeHtml html={String(value)} />
    </Suspense>
  );
}

const escape = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export const richText: FieldKind = {
  ...plain,
  icon: PilcrowRight,
  Cell: RichCell,
  Editor: inDialog(lately<EditorProps>(() => import("./RichTextEditor")), ({ value }) => <span className="q-ellipsis">{wordsOf(value)}</span>),
  text: wordsOf,
  read: (text) => (text.trim() ? text.split(/\r?\n/).map((line) => `<p>${escape(line)}</p>`).join("") : null),
  literal: quote,
  operators: plain.operators.filter(({ name }) => ["contains", "blank", "filled"].includes(name)),
  width: 260,
  sortable: false,
  isWide: true,
  isGroup: true,
  ends: "in_dialog",
};
