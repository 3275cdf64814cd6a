import { DatePicker } from "antd";
import dayjs from "dayjs";
import { momentOf, readDate, wallText } from "../../kit/time";
import { type EditorProps, inputOf } from "./kind";

/** Picks on the company's wall clock, whatever clock the browser has. */
export default function Picker(props: EditorProps) {
  const { value, onChange, field, placeholder } = props;
  const withTime = field.type === "moment";
  const shown = value ? dayjs(withTime ? wallText(String(value)) : String(value)) : null;
  /** 2026-3-1 is read when it is left: while typing, 2026-11-2 may yet become the 20th. */
  const readTyped = (text: string) => {
    const day = withTime ? null : readDate(text);
    if (day && day !== value) onChange(day);
  };
  return (
    <DatePicker
      {...inputOf(props)}
      className="q-fill"
      value={shown?.isValid() ? shown : null}
      showTime={withTime ? { format: "HH:mm" } : false}
      format={withTime ? ["YYYY-MM-DD HH:mm", "YYYY-M-D H:mm"] : ["YYYY-MM-DD", "YYYYMMDD"]}
      onChange={(picked) => {
        if (!picked) onChange(null);
        else onChange(withTime ? momentOf(picked.format("YYYY-MM-DD HH:mm")) : picked.format("YYYY-MM-DD"));
      }}
      onBlur={({ target }) => readTyped((target as HTMLInputElement).value)}
      onKeyDown={({ key, target }) => key === "Enter" && readTyped((target as HTMLInputElement).value)}
      allowClear={!field.required}
      placeholder={placeholder ?? (withTime ? "YYYY-MM-DD HH:mm" : "YYYY-MM-DD")}
      needConfirm={false}
    />
  );
}
