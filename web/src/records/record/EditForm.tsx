import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, useState } from "react";
import { changeBody, useDraft } from "../../forms/draft";
import { useKept } from "../../forms/keep";
import { KeptOffer } from "../../forms/KeptOffer";
import { useLeaveGuard } from "../../forms/leave";
import { RecordForm } from "../../forms/RecordForm";
import { useStill } from "../../forms/still";
import { TriedOut, useTryOut } from "../../forms/TriedOut";
import { get, patch, Problem } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { useDefs } from "../context";
import type { ObjectInfo, RecordAnswer, Values } from "../definitions";
import { refreshAfterWrite } from "../writes";
import { useUploading } from "../fields/upload";
import { Conflict } from "./Conflict";

interface EditFormProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isNarrow?: boolean;
  focusOn?: string;
  onDone: () => void;
}

/** Changes in place. The record as it was loaded is kept, so that a conflict can be told field by field. */
export function EditForm({ object, record, isNarrow, focusOn, onDone }: EditFormProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const client = useQueryClient();
  const notices = useNotices();
  const [base] = useState(record);
  const [theirs, setTheirs] = useState<RecordAnswer | null>(null);
  const draft = useDraft(base, { ...base._labels });
  const tryOut = useTryOut(object);
  const leave = useLeaveGuard(draft.isTouched && !tryOut.isTrying);
  const kept = useKept(object.name, base.id, draft, base.version ?? null);

  const save = useMutation({
    mutationFn: (body: Values) => patch<RecordAnswer>(`/api/records/${object.name}/${base.id}`, body),
    onSuccess: async () => {
      kept.finish();
      notices.done(t`Saved`);
      leave(onDone);
      await refreshAfterWrite(client);
    },
    onError: async (error) => {
      if (!(error instanceof Problem && error.code === "stale_version")) return;
      const fresh = await get<RecordAnswer>(`/api/records/${object.name}/${base.id}`);
      setTheirs(fresh);
      draft.rebase(theirs ?? base, fresh, fresh._labels ?? {});
    },
  });

  const isSaving = useStill(save.isPending);
  const isUploading = useUploading();

  function submit(): void {
    if (isSaving || isUploading) return;
    if (!draft.isTouched) leave(onDone);
    else if (tryOut.isTrying) tryOut.run({ values: changeBody(definitions, object, draft, base), id: base.id });
    else save.mutate(changeBody(definitions, object, draft, theirs ?? base));
  }

  function giveUp(): void {
    kept.finish();
    leave(onDone);
  }

  function press(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && ["s", "enter"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      submit();
    }
  }

  return (
    <form
      noValidate
      inert={isSaving}
      onKeyDown={press}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {theirs && <Conflict object={object} base={base} theirs={theirs} draft={draft} />}
      {kept.offer && <KeptOffer kept={kept.offer} isOld={kept.offer.version !== base.version} onRestore={kept.restore} onDiscard={kept.discard} />}
      <RecordForm object={object} before={theirs ?? base} draft={draft} error={theirs ? null : (save.error ?? tryOut.error)} isNew={false} isNarrow={isNarrow} focusOn={focusOn} />
      {tryOut.values && <TriedOut object={object} values={tryOut.values} labels={draft.labels} />}
      <footer className="q-form-foot">
        <Button type="primary" htmlType="submit" loading={save.isPending || tryOut.isPending} disabled={isUploading}>
          {theirs ? t`Save with my changes` : t`Save`}
        </Button>
        <Button onClick={giveUp}>{theirs ? t`Keep theirs` : t`Cancel`}</Button>
      </footer>
    </form>
  );
}
