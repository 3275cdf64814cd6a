import { useLingui } from "@lingui/react/macro";
import { File as Sheet, FileText, Image as Picture, Paperclip } from "lucide-react";
import { createContext, lazy, type MouseEvent, Suspense, useContext, useState } from "react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog, lately } from "./lately";
import { presence } from "./operators";
import { type Around, fileAddress, isImage, isPdf, saved, showSize, sized, type StoredFile } from "./upload";

const Lightbox = lazy(() => import("./Lightbox"));

/** Set around the lines of a record, so that their files are found. */
export const AroundLines = createContext<Around | null>(null);

export const filesOf = (value: unknown): StoredFile[] => (Array.isArray(value) ? (value as StoredFile[]) : value ? [value as StoredFile] : []);

export interface Shown extends StoredFile {
  url?: string;
}

export function useShown(value: unknown, field: CellProps["field"], row: CellProps["row"]): Shown[] {
  const around = useContext(AroundLines);
  return filesOf(value).map((file) => ({ ...file, url: fileAddress(field, row, file, around) }));
}

function FileCell({ value, field, row, dense }: CellProps) {
  const files = useShown(value, field, row);
  if (files.length === 0) return null;
  return <FileStrip key={String(row.id)} files={files} isDense={dense} />;
}

/** Small pictures and names; a press looks at them large, or loads what can't be shown. */
export function FileStrip({ files, isDense }: { files: Shown[]; isDense?: boolean }) {
  const { t } = useLingui();
  const [at, setAt] = useState<number | null>(null);
  const shown = isDense ? files.slice(0, 3) : files;

  function look(event: MouseEvent, index: number): void {
    event.stopPropagation();
    const file = files[index]!;
    if (!file.url || !(isImage(file) || isPdf(file))) return;
    event.preventDefault();
    setAt(index);
  }

  return (
    <span className={isDense ? "q-files q-files-dense" : "q-files"}>
      {shown.map((file, index) => (
        <a key={file.file} href={file.url && saved(file.url)} download={file.name} className="q-file" title={`${file.name}, ${showSize(file.size)}`} onClick={(event) => look(event, index)} tabIndex={isDense ? -1 : undefined}>
          <Thumb file={file} />
          {!(isDense && isImage(file)) && <span className="q-ellipsis">{file.name}</span>}
          {isDense && isImage(file) && <span className="q-hidden">{file.name}</span>}
          {!isDense && <small className="q-muted">{showSize(file.size)}</small>}
        </a>
      ))}
      {files.length > shown.length && <span className="q-muted">{t`${files.length - shown.length} more`}</span>}
      {at !== null && (
        <Suspense>
          <Lightbox files={files} start={at} onClose={() => setAt(null)} />
        </Suspense>
      )}
    </span>
  );
}

export function Thumb({ file }: { file: Shown }) {
  if (isImage(file) && file.url) return <img className="q-thumb" src={sized(file.url, 96)} alt="" loading="lazy" decoding="async" />;
  const Icon = isPdf(file) || file.type.startsWith("text/") ? FileText : Sheet;
  return (
    <span className="q-thumb" aria-hidden>
      <Icon size={16} />
    </span>
  );
}

const names = (value: unknown): string => filesOf(value).map(({ name }) => name).join(", ");
const Editor = lately<EditorProps>(() => import("./FileEditor"));

export const file: FieldKind = {
  sortable: false,
  icon: Paperclip,
  Cell: FileCell,
  Editor: inDialog(Editor, ({ value, field, row }) => <FileCell value={value} field={field} row={row ?? {}} dense />),
  text: names,
  literal: (value) => value,
  operators: presence,
  width: 180,
  isGroup: true,
  ends: "in_dialog",
};
export const image: FieldKind = { ...file, icon: Picture, width: 90 };
export const files: FieldKind = { ...file, isWide: true };
