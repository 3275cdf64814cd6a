import { useLingui } from "@lingui/react/macro";
import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { Days } from "./dateRange";
import { type EditorProps, inputOf } from "./kind";

const shown = (day?: string | null) => (day ? dayjs(day) : null);

export default function RangePicker(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const { t } = useLingui();
  const days = value as Days | null;
  return (
    <DatePicker.RangePicker
      {...inputOf(props)}
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
      placeholder={[t`From`, t`To`]}
      needConfirm={false}
    />
  );
}
