import { TimePicker } from "antd";
import dayjs from "dayjs";
import { type EditorProps, inputOf } from "./kind";

export default function Picker(props: EditorProps) {
  const { value, onChange, field, ...rest } = props;
  const shown = value ? dayjs(`2000-01-01T${String(value)}`) : null;
  return (
    <TimePicker
      {...inputOf(props)}
      className="q-fill"
      value={shown?.isValid() ? shown : null}
      format="HH:mm"
      onChange={(picked) => onChange(picked ? picked.format("HH:mm") : null)}
      needConfirm={false}
      onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      allowClear={!field.required}
      placeholder={rest.placeholder ?? "HH:MM"}
    />
  );
}
