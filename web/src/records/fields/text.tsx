import { Input } from "antd";
import { Hash, Link2, Mail, Phone, Pilcrow, Type } from "lucide-react";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";
import { quote, textOperators } from "./operators";

function TextCell({ value, dense }: CellProps) {
  if (!value) return null;
  return <span className={dense ? "q-ellipsis" : "q-pre"}>{String(value)}</span>;
}

function LinkedCell({ value, href }: CellProps & { href: string }) {
  if (!value) return null;
  return (
    <a href={href} rel="noreferrer noopener" target={href.startsWith("http") ? "_blank" : undefined} onClick={(event) => event.stopPropagation()}>
      {String(value)}
    </a>
  );
}

function TextEditor(props: EditorProps) {
  const { value, onChange, field } = props;
  return (
    <Input
      {...inputOf(props)}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.target.value)}
      maxLength={field.max_length ?? undefined}
      type={INPUT_TYPES[field.type] ?? "text"}
      inputMode={field.type === "phone" ? "tel" : undefined}
    />
  );
}

const INPUT_TYPES: Record<string, string> = { email: "email", phone: "tel", url: "url" };

function LongTextEditor(props: EditorProps) {
  const { value, onChange, ...rest } = props;
  if (rest.compact) return <TextEditor value={value} onChange={onChange} {...rest} />;
  return (
    <Input.TextArea
      {...inputOf(props)}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.target.value)}
      autoSize={{ minRows: 2, maxRows: 10 }}
    />
  );
}

const base: FieldKind = {
  icon: Type,
  Cell: TextCell,
  Editor: TextEditor,
  text: (value) => (value === null || value === undefined ? "" : String(value)),
  read: (text) => text,
  literal: quote,
  operators: textOperators,
  width: 170,
  sortable: true,
};

export const text: FieldKind = base;
export const longText: FieldKind = { ...base, icon: Pilcrow, Editor: LongTextEditor, width: 260, sortable: false, isWide: true };
export const serial: FieldKind = { ...base, icon: Hash, width: 150 };
export const email: FieldKind = { ...base, icon: Mail, Cell: (props) => <LinkedCell {...props} href={`mailto:${String(props.value)}`} /> };
export const phone: FieldKind = { ...base, icon: Phone, width: 150, Cell: (props) => <LinkedCell {...props} href={`tel:${String(props.value)}`} /> };
export const url: FieldKind = {
  ...base,
  icon: Link2,
  Cell: (props) => (/^https?:\/\//i.test(String(props.value)) ? <LinkedCell {...props} href={String(props.value)} /> : <TextCell {...props} />),
};
