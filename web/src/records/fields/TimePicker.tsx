import { TimePicker } from "antd";
import dayjs from "dayjs";
import type { EditorProps } from "./kind";

export default function Picker({ value, onChange, field, compact, invalid, ...rest }: EditorProps) {
  const shown = value ? dayjs(`2000-01-01T${String(value)}`) : null;
  return (
    <TimePicker
      id={rest.id}
      className="q-fill"
      value={shown?.isValid() ? shown : null}
      format="HH:mm"
      onChange={(picked) => onChange(picked ? picked.format("HH:mm") : null)}
      needConfirm={false}
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      allowClear={!field.required}
      status={invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      placeholder={rest.placeholder ?? "HH:MM"}
      size={compact ? "small" : undefined}
      variant={compact ? "borderless" : undefined}
    />
  );
}
