import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { Eye, EyeOff, KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { type CellProps, type EditorProps, type FieldKind, inputOf } from "./kind";

const SHOWN_FOR = 30_000;
const DOTS = "••••";
const isKept = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Shown on asking, which history keeps; hidden again after half a minute. */
function SecretCell({ value, field, row, dense }: CellProps) {
  const { t } = useLingui();
  const notices = useNotices();
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (shown === null) return undefined;
    const hide = setTimeout(() => setShown(null), SHOWN_FOR);
    return () => clearTimeout(hide);
  }, [shown]);

  async function reveal(): Promise<void> {
    try {
      const answer = await post<{ value: string | null }>(`/api/records/${field.object}/${String(row.id)}/reveal/${field.name}`, {});
      setShown(answer.value ?? "");
    } catch (error) {
      notices.problem(error);
    }
  }

  if (!value) return null;
  if (dense || field.write_only || !field.object || !row.id) return <span aria-label={t`Kept secret`}>{DOTS}</span>;
  const label = shown === null ? t`Show ${field.label}` : t`Hide ${field.label}`;
  return (
    <span className="q-secret">
      {shown === null ? <span aria-hidden>{DOTS}</span> : <code>{shown}</code>}
      <Button type="text" size="small" aria-label={label} title={label} icon={shown === null ? <Eye size={15} aria-hidden /> : <EyeOff size={15} aria-hidden />} onClick={() => (shown === null ? void reveal() : setShown(null))} />
    </span>
  );
}

/** What is kept stays as it is until something is typed over it. */
function SecretEditor(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const { t } = useLingui();
  const [before] = useState(value);
  return (
    <Input.Password
      {...inputOf(props)}
      value={isKept(value) ? "" : String(value ?? "")}
      onChange={(event) => onChange(event.target.value || (isKept(before) ? before : null))}
      placeholder={rest.placeholder ?? (isKept(value) ? `${DOTS}  ${t`kept; type to replace`}` : undefined)}
      maxLength={field.max_length ?? undefined}
      autoComplete="new-password"
      allowClear={!field.required && isKept(before) ? { clearIcon: undefined } : undefined}
    />
  );
}

export const encrypted: FieldKind = {
  sortable: false,
  icon: KeyRound,
  Cell: SecretCell,
  Editor: SecretEditor,
  text: (value) => (value ? DOTS : ""),
  read: (text) => text || null,
  literal: (value) => value,
  operators: [],
  width: 100,
};
