import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { Apart } from "../kit/Apart";
import { useDefs } from "../records/context";
import type { ObjectInfo, Values } from "../records/definitions";
import { useUploading } from "../records/fields/upload";
import { titleOf } from "../records/query";
import { useCreate } from "./create";
import { createBody, startOfNew, useDraft, useSelf } from "./draft";
import { RecordForm } from "./RecordForm";
import { useStill } from "./still";
import { TriedOut, useTryOut } from "./TriedOut";
import { inSentence } from "../kit/i18n";
import "./forms.css";

interface CreateDrawerProps {
  object: ObjectInfo;
  initial: Values;
  onClose: () => void;
  onMade: (id: number, label: string) => void;
}

/** Makes a record beside the form that needs it. */
export default function CreateDrawer({ object, initial, onClose, onMade }: CreateDrawerProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const me = useSelf();
  const create = useCreate(object);
  const tryOut = useTryOut(object);
  const isUploading = useUploading();
  const [start] = useState(() => startOfNew(definitions, object, { values: initial, labels: {} }, me));
  const draft = useDraft(start.values, start.labels);

  function save(): void {
    if (draft.hasStepsLeft) return;
    const values = createBody(definitions, object, draft, initial);
    if (tryOut.isTrying) tryOut.run({ values });
    else create.mutate(values, { onSuccess: (made) => onMade(made.id, titleOf(object, made)) });
  }

  return (
    <Apart>
      <Drawer
        open
        onClose={onClose}
        mask={{ closable: !draft.isTouched }}
        size={520}
        title={t`New ${inSentence(object.label)}`}
        footer={
          <div className="q-drawer-foot">
            <Button onClick={onClose}>{t`Cancel`}</Button>
            {!draft.hasStepsLeft && (
              <Button type="primary" loading={create.isPending || tryOut.isPending} disabled={isUploading} onClick={save}>
                {t`Save`}
              </Button>
            )}
          </div>
        }
      >
        <form
          noValidate
          inert={useStill(create.isPending)}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <RecordForm object={object} draft={draft} error={create.error ?? tryOut.error} isNew isNarrow />
          {tryOut.values && <TriedOut object={object} values={tryOut.values} labels={draft.labels} />}
          <button type="submit" hidden />
        </form>
      </Drawer>
    </Apart>
  );
}
