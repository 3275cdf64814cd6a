import { Input } from "antd";
import { Hash, Link2, Mail, Phone, Pilcrow, Type } from "lucide-react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
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

function TextEditor({ value, onChange, field, ...rest }: EditorProps) {
  return (
    <Input
      id={rest.id}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.target.value)}
      maxLength={field.max_length ?? undefined}
      status={rest.invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-invalid={rest.invalid || undefined}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      placeholder={rest.placeholder}
      type={INPUT_TYPES[field.type] ?? "text"}
      inputMode={field.type === "phone" ? "tel" : undefined}
      size={rest.compact ? "small" : undefined}
      variant={rest.compact ? "borderless" : undefined}
    />
  );
}

const INPUT_TYPES: Record<string, string> = { email: "email", phone: "tel", url: "url" };

function LongTextEditor({ value, onChange, ...rest }: EditorProps) {
  if (rest.compact) return <TextEditor value={value} onChange={onChange} {...rest} />;
  return (
    <Input.TextArea
      id={rest.id}
      value={(value as string | null) ?? ""}
      onChange={(event) => onChange(event.target.value)}
      autoSize={{ minRows: 2, maxRows: 10 }}
      status={rest.invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      placeholder={rest.placeholder}
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
