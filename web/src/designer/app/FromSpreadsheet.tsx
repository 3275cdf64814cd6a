/** A spreadsheet's columns as fields: the guess is shown with the cells it rests on, and corrected here. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { post } from "../../kit/api";
import { ScrollX } from "../../kit/ScrollX";
import { useProblemWords } from "../../kit/states";
import type { Body } from "../draft";
import { fieldTypeOf } from "../fieldTypes";
import { identifier, spelled, unused } from "../names";
import type { Words } from "../words";

interface GuessedColumn {
  column: string;
  heading: string;
  name: string;
  field: Body;
  filled: number;
  problems: Record<string, number>;
  samples: string[];
  choices: Body;
}

export interface Column extends GuessedColumn {
  use: boolean;
  /** As guessed: its settings come back when its type does. */
  guessed: Body;
  label: string;
}

export interface Guess {
  label: string;
  file: File;
  rows: number;
  columns: Column[];
}

const TYPES = ["text", "long_text", "choice", "number", "money", "percent", "date", "moment", "boolean", "email", "phone", "url"];

export async function fieldsFrom(guess: Guess): Promise<{ fields: Record<string, Body>; title: string }> {
  const used = guess.columns.filter((column) => column.use);
  const fields: Record<string, Body> = {};
  for (const [at, column] of used.entries()) {
    const name = column.label === column.heading ? column.name : unused(identifier(await spelled(column.label), "field"), Object.keys(fields));
    column.name = name;
    fields[name] = { ...column.field, label: words(column.label), order: 10 * (at + 1), ...(at < 8 && column.field.type !== "long_text" ? { in_list: true } : {}) };
  }
  const title = used.find((column) => column.field.type === "text")?.name ?? used[0]?.name ?? "";
  return { fields, title };
}

const words = (text: string): Words => (/[\u4e00-\u9fff]/.test(text) ? { zh: text } : { en: text });

interface FromSpreadsheetProps {
  draft: number;
  guess: Guess | null;
  onGuess: (guess: Guess | null) => void;
}

export function FromSpreadsheet({ draft, guess, onGuess }: FromSpreadsheetProps) {
  const { t } = useLingui();
  const say = useProblemWords();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  async function read(file: File): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const body = new FormData();
      body.set("file", file);
      const found = await post<{ table: string; rows: number; columns: GuessedColumn[] }>(`/api/drafts/${draft}/guess`, body);
      const columns = found.columns.map((column) => ({ ...column, use: column.filled > 0, guessed: column.field, label: column.heading }));
      onGuess({ label: file.name.startsWith("pasted") ? "" : found.table, file, rows: found.rows, columns });
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  }

  if (!guess) return <Begin isBusy={isBusy} problem={error ? say(error) : ""} onFile={read} />;
  const set = (at: number, patch: Partial<Column>) => onGuess({ ...guess, columns: guess.columns.map((column, place) => (place === at ? { ...column, ...patch } : column)) });
  return (
    <>
      <p>
        <Plural value={guess.rows} one="# row was found." other="# rows were found." /> {t`Each column becomes a field; change what was guessed wrong. The rows come along when you publish.`}
      </p>
      <ScrollX label={t`Columns`}>
        <GuessTable guess={guess} onSet={set} />
      </ScrollX>
      <Button size="small" onClick={() => onGuess(null)}>
        {t`Another spreadsheet`}
      </Button>
    </>
  );
}

function Begin({ isBusy, problem, onFile }: { isBusy: boolean; problem: string; onFile: (file: File) => void }) {
  const { t } = useLingui();
  const [pasted, setPasted] = useState("");
  return (
    <>
      {problem && (
        <p className="q-alert" role="alert">
          {problem}
        </p>
      )}
      <label className="q-drop q-drop-small">
        <span>{t`Choose an .xlsx or .csv file, or drop it here. The first row names the columns.`}</span>
        <input type="file" accept=".xlsx,.xls,.csv,.txt" disabled={isBusy} aria-label={t`Spreadsheet file`} onChange={(event) => event.target.files?.[0] && onFile(event.target.files[0])} />
      </label>
      <Input.TextArea
        aria-label={t`Or paste cells from a spreadsheet`}
        placeholder={t`Or paste cells from a spreadsheet`}
        autoSize={{ minRows: 2, maxRows: 6 }}
        value={pasted}
        onChange={(event) => setPasted(event.target.value)}
      />
      {pasted.includes("\n") && (
        <Button loading={isBusy} onClick={() => onFile(new File([pasted], "pasted.csv", { type: "text/csv" }))}>
          {t`Read what I pasted`}
        </Button>
      )}
    </>
  );
}

function GuessTable({ guess, onSet }: { guess: Guess; onSet: (at: number, patch: Partial<Column>) => void }) {
  const { t } = useLingui();
  return (
    <table className="q-table">
      <thead>
        <tr>
          <th scope="col">{t`Take`}</th>
          <th scope="col">{t`Field`}</th>
          <th scope="col">{t`Type`}</th>
          <th scope="col">{t`In the spreadsheet`}</th>
          <th scope="col">{t`Can't be read`}</th>
        </tr>
      </thead>
      <tbody>
        {guess.columns.map((column, at) => (
          <GuessRow key={column.column} column={column} onSet={(patch) => onSet(at, patch)} />
        ))}
      </tbody>
    </table>
  );
}

function GuessRow({ column, onSet }: { column: Column; onSet: (patch: Partial<Column>) => void }) {
  const { t, i18n } = useLingui();
  const wrong = column.problems[column.field.type] ?? column.filled;
  const options = TYPES.filter((type) => type in column.problems || type === column.field.type).map((type) => ({ value: type, label: i18n._(fieldTypeOf(type)?.label ?? { id: type }) }));
  const turn = (type: string) => onSet({ field: type === column.guessed.type ? column.guessed : { type, ...(type === "choice" ? { choices: column.choices } : {}) } });
  return (
    <tr className={column.use ? "" : "q-guess-left"}>
      <td>
        <Checkbox checked={column.use} aria-label={t`Take ${column.heading}`} onChange={({ target }) => onSet({ use: target.checked })} />
      </td>
      <td>
        <Input size="small" value={column.label} aria-label={t`Name of ${column.heading}`} onChange={(event) => onSet({ label: event.target.value })} />
      </td>
      <td>
        <Select size="small" value={column.field.type as string} options={options} aria-label={t`Type of ${column.heading}`} onChange={turn} popupMatchSelectWidth={false} style={{ minWidth: 130 }} />
      </td>
      <td className="q-muted q-guess-samples">{column.samples.slice(0, 3).join(" · ")}</td>
      <td className="q-right">{wrong > 0 ? <span className="q-tag q-tag-warning">{wrong}</span> : <span className="q-muted">0</span>}</td>
    </tr>
  );
}

