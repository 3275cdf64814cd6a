/** Values of a record that isn't there, typed for a trial in the form that it would be made with. */
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { createBody, startOfNew, useDraft, useSelf } from "../forms/draft";
import { RecordForm } from "../forms/RecordForm";
import "../forms/forms.css";
import { useDefs } from "../records/context";
import type { ObjectInfo, Values } from "../records/definitions";

interface TypedRecordProps {
  object: ObjectInfo;
  onClose: () => void;
  onTyped: (values: Values) => void;
}

export default function TypedRecord({ object, onClose, onTyped }: TypedRecordProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const me = useSelf();
  const [start] = useState(() => startOfNew(definitions, object, { values: {}, labels: {} }, me));
  const draft = useDraft(start.values, start.labels);
  return (
    <Drawer
      open
      onClose={onClose}
      mask={{ closable: !draft.isTouched }}
      size={880}
      title={t`Only for the trial: ${object.label}`}
      footer={
        <div className="q-drawer-foot">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="primary" onClick={() => onTyped(createBody(definitions, object, draft, {}))}>
            {t`Try with these values`}
          </Button>
        </div>
      }
    >
      <RecordForm object={object} draft={draft} error={null} isNew isNarrow />
    </Drawer>
  );
}
