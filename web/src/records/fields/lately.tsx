/** Editors that are fetched when they are first needed, and those that open a dialog where a cell is too small. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import { type ComponentType, lazy, Suspense, useState } from "react";
import { Apart } from "../../kit/Apart";
import type { EditorProps } from "./kind";

type Loaded<Props> = Promise<{ default: ComponentType<Props> }>;

export function lately<Props extends object>(load: () => Loaded<Props>): ComponentType<Props> {
  const Part = lazy(load) as unknown as ComponentType<Props>;
  return function Lately(props: Props) {
    return (
      <Suspense fallback={<div className="q-input-bone" />}>
        <Part {...props} />
      </Suspense>
    );
  };
}

export type Summary = ComponentType<Pick<EditorProps, "value" | "field" | "row">>;

/** In a cell a button shows what there is and opens the editor; in a form the editor stands at once. */
export function inDialog(Editor: ComponentType<EditorProps>, Shown: Summary): ComponentType<EditorProps> {
  return function DialogEditor(props: EditorProps) {
    return props.compact ? <InDialog {...props} Editor={Editor} Shown={Shown} /> : <Editor {...props} />;
  };
}

function InDialog({ Editor, Shown, ...props }: EditorProps & { Editor: ComponentType<EditorProps>; Shown: Summary }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(Boolean(props.autoFocus));
  const [held, setHeld] = useState(props.value);
  const title = props.ariaLabel ?? props.field.label;

  function open(): void {
    setHeld(props.value);
    setOpen(true);
  }

  function close(): void {
    setOpen(false);
    props.onLeave?.();
  }

  function take(): void {
    setOpen(false);
    props.onChange(held);
  }

  return (
    <>
      <button type="button" className="q-cell-dialog" id={props.id} aria-label={title} aria-haspopup="dialog" aria-describedby={props.describedBy} onClick={open}>
        <Shown value={props.value} field={props.field} row={props.row} />
      </button>
      <Apart>
        <Modal open={isOpen} title={title} width={560} destroyOnHidden okText={t`Take over`} cancelText={t`Cancel`} onCancel={close} onOk={take}>
          <Editor {...props} compact={false} autoFocus value={held} onChange={setHeld} />
        </Modal>
      </Apart>
    </>
  );
}
