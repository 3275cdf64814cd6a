import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { Eraser } from "lucide-react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useProblemWords } from "../../kit/states";
import { useShown } from "./file";
import type { EditorProps } from "./kind";
import { drawName, drawStrokes, type Point, SIZE } from "./ink";
import { upload } from "./upload";

/** Signed with finger, pen or mouse; or with the name, for those who use none of them. */
export default function SignaturePad({ value, onChange, field, row, ...rest }: EditorProps) {
  const { t } = useLingui();
  const [kept] = useShown(value, field, row ?? {});
  if (kept?.url)
    return (
      <div className="q-signature" aria-describedby={rest.describedBy}>
        <img className="q-signature-paper" src={kept.url} alt={field.label} />
        <Button id={rest.id} size="small" icon={<Eraser size={14} aria-hidden />} onClick={() => onChange(null)}>
          {t`Clear`}
        </Button>
      </div>
    );
  return <Paper {...rest} onSigned={onChange} field={field} />;
}

type PaperProps = Omit<EditorProps, "value" | "onChange" | "row"> & { onSigned: (file: unknown) => void };

function Paper({ field, onSigned, ...rest }: PaperProps) {
  const { t } = useLingui();
  const words = useProblemWords();
  const pad = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [strokes, setStrokes] = useState<Point[][]>([]);
  const [name, setName] = useState("");
  const [state, setState] = useState<"open" | "sending" | Error>("open");
  const isBlank = strokes.length === 0 && !name.trim();

  useEffect(() => {
    const paper = canvas.current?.getContext("2d");
    if (!paper) return;
    paper.clearRect(0, 0, SIZE.width, SIZE.height);
    if (name.trim()) drawName(paper, name.trim());
    drawStrokes(paper, strokes);
  }, [strokes, name]);

  function pointOf(event: PointerEvent): Point {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * SIZE.width) / box.width, y: ((event.clientY - box.top) * SIZE.height) / box.height, force: event.pressure || 0.5 };
  }

  function begin(event: PointerEvent): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    const point = pointOf(event);
    setStrokes((now) => [...now, [point]]);
  }

  function go(event: PointerEvent): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const point = pointOf(event);
    setStrokes((now) => [...now.slice(0, -1), [...(now.at(-1) ?? []), point]]);
  }

  function clear(): void {
    setStrokes([]);
    setName("");
    setState("open");
  }

  async function take(): Promise<void> {
    const image = await new Promise<Blob | null>((done) => canvas.current?.toBlob(done, "image/png"));
    if (!image) return;
    setState("sending");
    try {
      onSigned(await upload(image, "signature.png", () => {}));
    } catch (error) {
      setState(error as Error);
    }
  }

  // Who turns away from a signed paper has signed it: pressing Send must not leave it behind.
  function leave(to: EventTarget | null): void {
    if (!isBlank && state === "open" && to instanceof Node && !pad.current?.contains(to)) void take();
  }

  useEffect(() => {
    const press = (event: Event): void => leave(event.target);
    document.addEventListener("pointerdown", press, true);
    return () => document.removeEventListener("pointerdown", press, true);
  });

  return (
    <div ref={pad} onBlur={(event) => leave(event.relatedTarget)} className={`q-signature${rest.invalid ? " q-wrong" : ""}`} aria-describedby={rest.describedBy}>
      <canvas ref={canvas} width={SIZE.width} height={SIZE.height} className="q-signature-paper" role="img" aria-label={t`Sign here`} onPointerDown={begin} onPointerMove={go} />
      <div className="q-signature-foot">
        <Input
          id={rest.id}
          size="small"
          value={name}
          maxLength={40}
          autoFocus={rest.autoFocus}
          onChange={(event) => setName(event.target.value)}
          aria-label={t`Or type your name`}
          placeholder={t`Or type your name`}
          autoComplete="name"
        />
        <Button size="small" disabled={isBlank} onClick={clear}>
          {t`Clear`}
        </Button>
        <Button size="small" type="primary" disabled={isBlank} loading={state === "sending"} onClick={() => void take()}>
          {t`Sign`}
        </Button>
      </div>
      {state instanceof Error && (
        <p role="alert" className="q-field-error">
          {words(state)}
        </p>
      )}
    </div>
  );
}
