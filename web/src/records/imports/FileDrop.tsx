import { useLingui } from "@lingui/react/macro";
import { Button, Select } from "antd";
import { Download, FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useSearchParams } from "react-router";

interface FileDropProps {
  target: string;
  imports: { name: string; label: string }[];
  busy: boolean;
  onFile: (file: File, kept: string) => void;
}

export function FileDrop({ target, imports, busy, onFile }: FileDropProps) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [search] = useSearchParams();
  const [kept, setKept] = useState(search.get("kept") ?? "");

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file, kept);
  }

  return (
    <>
      <div
        className={`q-drop${isOver ? " q-over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp size={34} strokeWidth={1.3} aria-hidden />
        <p>{t`Drop a spreadsheet here: .xlsx or .csv, the first row names the columns.`}</p>
        <Button type="primary" loading={busy} onClick={() => input.current?.click()}>
          {t`Choose a file`}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".xlsx,.xls,.csv,.json,.txt"
          aria-label={t`Spreadsheet file`}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) onFile(file, kept);
            event.target.value = "";
          }}
        />
        <p className="q-muted">{t`Nothing is written until you have seen the check and say so.`}</p>
        <a href={`/api/templates/${target}`} download>
          <Download size={14} aria-hidden /> {t`Download an empty spreadsheet to fill in`}
        </a>
      </div>
      {imports.length > 0 && (
        <div className="q-field q-kept">
          <label htmlFor="kept">{t`Kept mapping`}</label>
          <Select
            id="kept"
            value={kept}
            onChange={setKept}
            options={[{ value: "", label: t`None: match the columns by their headings` }, ...imports.map((one) => ({ value: one.name, label: one.label }))]}
          />
        </div>
      )}
    </>
  );
}
