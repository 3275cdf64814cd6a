import { DatePicker } from "antd";
import dayjs from "dayjs";
import { momentOf, wallText } from "../../kit/time";
import type { EditorProps } from "./kind";

/** Picks on the company's wall clock, whatever clock the browser has. */
export default function Picker({ value, onChange, field, compact, invalid, ...rest }: EditorProps) {
  const withTime = field.type === "moment";
  const shown = value ? dayjs(withTime ? wallText(String(value)) : String(value)) : null;
  return (
    <DatePicker
      id={rest.id}
      className="q-fill"
      value={shown?.isValid() ? shown : null}
      showTime={withTime ? { format: "HH:mm" } : false}
      format={withTime ? ["YYYY-MM-DD HH:mm", "YYYY-M-D H:mm"] : ["YYYY-MM-DD", "YYYY-M-D", "YYYY/M/D", "YYYYMMDD"]}
      onChange={(picked) => {
        if (!picked) onChange(null);
        else onChange(withTime ? momentOf(picked.format("YYYY-MM-DD HH:mm")) : picked.format("YYYY-MM-DD"));
      }}
      allowClear={!field.required}
      status={invalid ? "error" : undefined}
      aria-label={rest.ariaLabel}
      aria-describedby={rest.describedBy}
      autoFocus={rest.autoFocus}
      placeholder={rest.placeholder ?? (withTime ? "YYYY-MM-DD HH:mm" : "YYYY-MM-DD")}
      size={compact ? "small" : undefined}
      variant={compact ? "borderless" : undefined}
      needConfirm={false}
    />
  );
}
