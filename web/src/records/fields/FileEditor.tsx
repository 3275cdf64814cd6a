import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Camera, Upload, X } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Problem } from "../../kit/api";
import { useMedia } from "../../kit/media";
import { type Shown, Thumb, useShown } from "./file";
import type { EditorProps } from "./kind";
import { acceptOf, mostBytes, refusalOf, showSize, type StoredFile, upload } from "./upload";

interface Sending {
  key: number;
  name: string;
  share: number;
  abort: AbortController;
}

let begun = 0;

/** Several at once, each with its progress. They travel side by side, `onStored` gets them in the order chosen. */
export function useUploads(field: EditorProps["field"], onStored: (file: StoredFile) => void) {
  const [sending, setSending] = useState<Sending[]>([]);
  const [problems, setProblems] = useState<string[]>([]);
  const open = useRef(new Set<AbortController>());
  const turn = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => () => open.current.forEach((abort) => abort.abort()), []);

  async function send(file: File): Promise<void> {
    const one = { key: (begun += 1), name: file.name, share: 0, abort: new AbortController() };
    setSending((now) => [...now, one]);
    open.current.add(one.abort);
    try {
      const sent = upload(file, file.name, (share) => setSending((now) => now.map((each) => (each.key === one.key ? { ...each, share } : each))), one.abort.signal);
      const mine = Promise.allSettled([sent, turn.current]).then(() => sent).then(onStored);
      turn.current = mine.catch(() => undefined);
      await mine;
    } catch (error) {
      if ((error as Error).name !== "AbortError") setProblems((now) => [...now, `${file.name}: ${error instanceof Problem ? error.message : String(error)}`]);
    }
    open.current.delete(one.abort);
    setSending((now) => now.filter((each) => each.key !== one.key));
  }

  function take(files: File[]): void {
    const refused = files.map((file) => refusalOf(file, field));
    setProblems(refused.filter((words) => words !== undefined));
    files.filter((_, at) => !refused[at]).forEach((file) => void send(file));
  }

  return { sending, problems, take };
}

export default function FileEditor({ value, onChange, field, row, ...rest }: EditorProps) {
  const { t } = useLingui();
  const many = field.type === "files";
  const shown = useShown(value, field, row ?? {});
  const latest = useRef<StoredFile[]>([]);
  latest.current = shown.map(({ url: _, ...file }) => file);
  const most = many ? (field.max_count ?? Infinity) : 1;

  function commit(files: StoredFile[]): void {
    latest.current = files;
    onChange(many ? files : (files[0] ?? null));
  }

  const { sending, problems, take } = useUploads(field, (stored) => commit(many ? [...latest.current, stored] : [stored]));
  const room = most - shown.length - sending.length;
  const isFull = many && room <= 0;
  return (
    <div className="q-file-editor" aria-describedby={rest.describedBy}>
      {(shown.length > 0 || sending.length > 0) && (
        <ul>
          {shown.map((file) => (
            <FileRow key={file.file} file={file} onDrop={() => commit(latest.current.filter((each) => each.file !== file.file))} />
          ))}
          {sending.map((one) => (
            <li key={one.key}>
              <span className="q-ellipsis">{one.name}</span>
              <progress value={one.share} max={1} aria-label={t`Uploading ${one.name}`} />
              <Button type="text" size="small" aria-label={t`Stop uploading ${one.name}`} icon={<X size={14} aria-hidden />} onClick={() => one.abort.abort()} />
            </li>
          ))}
        </ul>
      )}
      {!isFull && <Drop {...rest} field={field} many={many} isEmpty={shown.length === 0} onFiles={(files) => take(many ? files.slice(0, room) : files.slice(0, 1))} />}
      {problems.map((problem) => (
        <p key={problem} role="alert" className="q-field-error">
          {problem}
        </p>
      ))}
    </div>
  );
}

function FileRow({ file, onDrop }: { file: Shown; onDrop: () => void }) {
  const { t } = useLingui();
  return (
    <li>
      <Thumb file={file} />
      <span className="q-ellipsis" title={file.name}>
        {file.name}
      </span>
      <small className="q-muted">{showSize(file.size)}</small>
      <Button type="text" size="small" aria-label={t`Remove ${file.name}`} icon={<X size={14} aria-hidden />} onClick={onDrop} />
    </li>
  );
}

interface DropProps extends Omit<EditorProps, "value" | "onChange" | "row"> {
  many: boolean;
  isEmpty: boolean;
  onFiles: (files: File[]) => void;
}

function Drop({ field, many, isEmpty, onFiles, ...rest }: DropProps) {
  const { t } = useLingui();
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const isTouch = useMedia("(pointer: coarse)");
  const accept = acceptOf(field);
  const takesPictures = accept.length === 0 || accept.some((kind) => kind.startsWith("image/"));
  const input = { type: "file", hidden: true, accept: accept.join(","), tabIndex: -1, "aria-label": field.label };

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  }

  const taken = (from: HTMLInputElement) => {
    onFiles([...(from.files ?? [])]);
    from.value = "";
  };
  return (
    <div
      className={`q-file-drop${isOver ? " q-over" : ""}${rest.invalid ? " q-wrong" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span className="q-file-buttons">
        <Button id={rest.id} size="small" autoFocus={rest.autoFocus} icon={<Upload size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
          {many ? t`Choose files` : isEmpty ? t`Choose a file` : t`Replace`}
        </Button>
        {isTouch && takesPictures && (
          <Button size="small" icon={<Camera size={14} aria-hidden />} onClick={() => camera.current?.click()}>
            {t`Take a photo`}
          </Button>
        )}
      </span>
      <small className="q-muted">{useLimits(field, many)}</small>
      <input ref={chooser} {...input} multiple={many} onChange={(event) => taken(event.target)} />
      <input ref={camera} {...input} accept="image/*" capture="environment" onChange={(event) => taken(event.target)} />
    </div>
  );
}

/** “or drop here · PDF, images · up to 20 MB · at most 5 files” */
function useLimits(field: EditorProps["field"], many: boolean): string {
  const { t } = useLingui();
  const isTouch = useMedia("(pointer: coarse)");
  const most = field.max_count ?? 0;
  const kinds = acceptOf(field).map((kind) => (kind === "image/*" ? t`images` : kind.split("/")[1]!.replace(/^.*[.-]/, "").toUpperCase()));
  const parts = [!isTouch && t`or drop here`, kinds.join(", "), t`up to ${showSize(mostBytes(field))}`, many && most > 0 && t`${plural(most, { one: "at most # file", other: "at most # files" })}`];
  return parts.filter(Boolean).join(" · ");
}
