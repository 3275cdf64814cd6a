/** The record's own lines, with the inputs to give for each: leave all blank for all that is left. */
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useDefs } from "../context";
import type { Field, RecordAnswer, Values } from "../definitions";
import { kindOf } from "../fields/registry";
import { useRecord } from "../query";
import type { LinePick } from "./inputs";

interface LinePickerProps {
  pick: LinePick;
  record: RecordAnswer;
  problems: Record<string, string>;
  onChange: (rows: Values[]) => void;
}

export function LinePicker({ pick, record, problems, onChange }: LinePickerProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const target = pick.link.to ? definitions.objects[pick.link.to] : undefined;
  const whole = useRecord(target?.lines_of ?? "", record.id, Boolean(target?.lines_of) && !Array.isArray(record[pick.from.name]));
  const lines = ((record[pick.from.name] ?? whole.data?.[pick.from.name]) as RecordAnswer[] | undefined) ?? [];
  const [given, setGiven] = useState<Record<number, Values>>({});
  const asked = (pick.input.inner ?? []).filter((input) => input !== pick.link);
  const shown = (target?.fields ?? []).filter((field) => !field.hidden && (field.in_list ? ["link", "number", "text"].includes(field.type) : /left|open|shipped/.test(field.name) && field.type === "number")).slice(0, 5);

  function set(line: RecordAnswer, input: Field, value: unknown): void {
    const next = { ...given, [line.id]: { ...given[line.id], [input.name]: value } };
    setGiven(next);
    const rows = lines.flatMap((each) => {
      const values = Object.entries(next[each.id] ?? {}).filter(([, one]) => one !== null && one !== undefined && one !== "");
      return values.length ? [{ [pick.link.name]: each.id, ...Object.fromEntries(values) }] : [];
    });
    onChange(rows);
  }

  return (
    <section className="q-line-picker">
      <h3>{pick.input.label}</h3>
      <p className="q-muted">{pick.input.help || t`Leave all blank to take all that is left.`}</p>
      {problems[pick.input.name] && (
        <p role="alert" className="q-field-error">
          {problems[pick.input.name]}
        </p>
      )}
      <div className="q-scroll-x">
        <table className="q-table">
          <thead>
            <tr>
              {shown.map((field) => (
                <th key={field.name} scope="col" className={kindOf(field).align === "right" ? "q-right" : ""}>
                  {field.label}
                </th>
              ))}
              {asked.map((input) => (
                <th key={input.name} scope="col" className={kindOf(input).align === "right" ? "q-right" : ""}>
                  {shown.some((field) => field.label === input.label) ? t`${input.label} this time` : input.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <tr key={line.id}>
                {shown.map((field) => {
                  const { Cell, align } = kindOf(field);
                  return (
                    <td key={field.name} className={align === "right" ? "q-right" : ""}>
                      <Cell value={line[field.name]} field={field} row={line} dense />
                    </td>
                  );
                })}
                {asked.map((input) => {
                  const { Editor } = kindOf(input);
                  return (
                    <td key={input.name} className="q-line-input">
                      {Editor && (
                        <Editor value={given[line.id]?.[input.name] ?? null} field={{ ...input, required: false }} ariaLabel={t`${input.label}, line ${index + 1}`} onChange={(value) => set(line, input, value)} />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
