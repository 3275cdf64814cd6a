import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { type KeyboardEvent, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Problem } from "../kit/api";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { Bones, FailedPage } from "../kit/states";
import { useDefs, useKnown } from "../records/context";
import { fieldOf, isLink, type ObjectInfo, objectPath, recordPath } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { titleOf } from "../records/query";
import { useCreate } from "./create";
import { createBody, type Start, startOfNew, useDraft, useSelf } from "./draft";
import { useKept } from "./keep";
import { KeptOffer } from "./KeptOffer";
import { useLeaveGuard } from "./leave";
import { RecordForm } from "./RecordForm";
import { useStill } from "./still";
import { TriedOut, useTryOut } from "./TriedOut";
import { inSentence } from "../kit/i18n";
import "../records/records.css";
import { useUploading } from "../records/fields/upload";
import "./forms.css";

export function Component() {
  const { app, object: name } = useParams();
  const object = useDefs().objects[`${app}.${name}`];
  const [search] = useSearchParams();
  const isReady = useKnown().company !== undefined;
  if (!object) return <FailedPage error={new Problem(404, { detail: `${app}.${name}` })} />;
  if (!isReady) return <Bones />;
  return <CreatePage key={object.name + search.toString()} object={object} given={givenBy(object, search)} />;
}

function CreatePage({ object, given }: { object: ObjectInfo; given: Start }) {
  const { t } = useLingui();
  const definitions = useDefs();
  const me = useSelf();
  const navigate = useNavigate();
  const notices = useNotices();
  const create = useCreate(object);
  const tryOut = useTryOut(object);
  const [start] = useState(() => startOfNew(definitions, object, given, me));
  const draft = useDraft(start.values, start.labels);
  const leave = useLeaveGuard(draft.isTouched && !create.isSuccess && !tryOut.isTrying);
  const kept = useKept(object.name, "new", draft, null);
  const isSaving = useStill(create.isPending);
  const isUploading = useUploading();

  function save(): void {
    if (isSaving || isUploading || draft.hasStepsLeft) return;
    if (tryOut.isTrying) return tryOut.run({ values: createBody(definitions, object, draft, given.values) }, { onError: () => requestAnimationFrame(showFirstProblem) });
    create.mutate(createBody(definitions, object, draft, given.values), {
      onSuccess: (made) => {
        kept.finish();
        notices.done(t`${object.label} ${titleOf(object, made)} is written`);
        leave(() => navigate(recordPath(object.name, made.id), { replace: true }));
      },
      onError: () => requestAnimationFrame(showFirstProblem),
    });
  }

  function press(event: KeyboardEvent): void {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === "s" || key === "enter")) {
      event.preventDefault();
      save();
    }
  }

  return (
    <form
      className="q-form-page"
      noValidate
      inert={isSaving}
      onKeyDown={press}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <PageTitle title={t`New ${inSentence(object.label)}`} above={<Link to={objectPath(object.name)}>{object.plural}</Link>} />
      {kept.offer && <KeptOffer kept={kept.offer} isOld={false} onRestore={kept.restore} onDiscard={kept.discard} />}
      <RecordForm object={object} draft={draft} error={create.error ?? tryOut.error} isNew />
      {tryOut.values && <TriedOut object={object} values={tryOut.values} labels={draft.labels} />}
      <footer className="q-form-foot">
        {!draft.hasStepsLeft && (
          <Button type="primary" htmlType="submit" loading={create.isPending || tryOut.isPending} disabled={isUploading}>
            {t`Save`}
          </Button>
        )}
        <Button onClick={() => navigate(-1)}>{t`Cancel`}</Button>
        {!draft.hasStepsLeft && <span className="q-muted q-desk-only">{t`Ctrl S saves`}</span>}
      </footer>
    </form>
  );
}

function showFirstProblem(): void {
  const wrong = document.querySelector<HTMLElement>("[aria-invalid=true]");
  (wrong ?? document.querySelector(".q-problem"))?.scrollIntoView({ block: "center" });
  wrong?.focus();
}

/** `?customer=5&customer._label=Grand Hotel`: a link that a related list brings along. */
function givenBy(object: ObjectInfo, search: URLSearchParams): Start {
  const start: Start = { values: {}, labels: {} };
  for (const [name, text] of search) {
    const field = fieldOf(object, name);
    if (!field) continue;
    start.values[name] = isLink(field) ? Number(text) : field.type === "date_range" ? kindOf(field).read?.(text, field) : text;
    const label = search.get(`${name}._label`);
    if (label) start.labels[name] = label;
  }
  return start;
}
