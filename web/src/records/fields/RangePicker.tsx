import { useLingui } from "@lingui/react/macro";
import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { Days } from "./dateRange";
import type { EditorProps } from "./kind";

const shown = (day?: string | null) => (day ? dayjs(day) : null);

export default function RangePicker({ value, onChange, field, compact, invalid, ...rest }: EditorProps) {
  const { t } = useLingui();
  const days = value as Days | null;
  return (
    <DatePicker.RangePicker
      id={rest.id ? { start: rest.id, end: `${rest.id}-to` } : undefined}
      className="q-fill"
      value={days ? [shown(days.from), shown(days.to)] : null}
      format={["YYYY-MM-DD", "YYYY-M-D", "YYYY/M/D", "YYYYMMDD"]}
      onChange={(picked) => {
        const [from, to] = (picked ?? []).map((day) => day?.format("YYYY-MM-DD") ?? null);
        onChange(from || to ? { from: from ?? null, to: to ?? null } : null);
      }}
      allowEmpty={[true, true]}
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      allowClear={!field.required}
      status={invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      placeholder={[t`From`, t`To`]}
      size={compact ? "small" : undefined}
      variant={compact ? "borderless" : undefined}
      needConfirm={false}
    />
  );
}
