/** Publishing: what stands in the way, what both sides changed, what happens to the data, a note; then how far it is, and what is live. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Drawer, Input } from "antd";
import { CircleCheck, Rocket } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { get } from "../../kit/api";
import { Bones, useProblemWords } from "../../kit/states";
import { objectPath } from "../../records/definitions";
import { alive, bodyOf, menuOf } from "../acts";
import { useDesign } from "../context";
import { type Definitions } from "../draft";
import { forgetDraft } from "../draft";
import { type PanelProps, useFindings } from "../DraftBar";
import RowsWaiting from "../RowsWaiting";
import { WordsHint } from "../WordsHint";
import { ConflictList, decided, type Decisions } from "./ConflictList";
import { Differences, type Told } from "./Differences";
import { FindingCount, FindingsList } from "./FindingsList";
import { PlanWords } from "./PlanWords";
import { useFix } from "./fixing";
import { Preparing, usePublication } from "./Preparing";
import { type Conflict, conflictsOf, type Decision, fetchPlan, isLoss, isUnderWay, publishDraft } from "./publishing";
import "./publish.css";

export default function PublishPanel({ draft, onGo, onClose }: PanelProps) {
  const { t } = useLingui();
  const { note: kept } = useDesign();
  const [note, setNote] = useState(kept);
  const [decisions, setDecisions] = useState<Decisions>({});
  const check = useFindings();
  const conflicts = conflictsOf(check.error) ?? [];
  const publishing = usePublishing(draft);
  const [agrees, setAgrees] = useState(false);
  const errors = check.data?.findings.filter((each) => each.severity === "error" && !(agrees && isLoss(each))).length ?? 0;
  const isOpen = conflicts.length > decided(conflicts, decisions).length;

  if (publishing.release) return <Live release={publishing.release} onClose={onClose} />;
  return (
    <Drawer
      open
      onClose={onClose}
      title={t`Publish`}
      size={conflicts.length > 0 ? 860 : 600}
      mask={{ closable: !publishing.isSending }}
      footer={
        <div className="q-publish-foot">
          {publishing.progress ?? <NoteInput note={note} onChange={setNote} />}
          <Button
            type="primary"
            size="large"
            block
            icon={<Rocket size={17} aria-hidden />}
            loading={publishing.isSending}
            disabled={publishing.isPreparing || errors > 0 || isOpen || (!check.data && conflicts.length === 0)}
            onClick={() => publishing.publish(note, decided(conflicts, decisions), agrees)}
          >
            {t`Publish for everybody`}
          </Button>
        </div>
      }
    >
      <Refused error={publishing.error ?? (conflicts.length === 0 ? check.error : null)} />
      <Ready check={check} conflicts={conflicts} decisions={decisions} onDecide={setDecisions} draft={draft} onGo={onGo} onClose={onClose} agrees={agrees} onAgree={setAgrees} />
    </Drawer>
  );
}

interface ReadyProps {
  check: ReturnType<typeof useFindings>;
  conflicts: Conflict[];
  decisions: Decisions;
  onDecide: (decisions: Decisions) => void;
  draft: number;
  onGo: (to: string) => void;
  onClose: () => void;
  agrees: boolean;
  onAgree: (agrees: boolean) => void;
}

function Ready({ check, conflicts, decisions, onDecide, draft, onGo, onClose, agrees, onAgree }: ReadyProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const fix = useFix();
  if (conflicts.length > 0) return <ConflictList conflicts={conflicts} decisions={decisions} onDecide={onDecide} other="release" />;
  if (!check.data) return check.error ? null : <Bones lines={4} title={false} />;
  const { findings, errors } = check.data;
  return (
    <>
      <section className="q-publish-part">
        <h2>{errors > 0 ? <FindingCount findings={findings} /> : t`Checked`}</h2>
        <FindingsList findings={findings} drafted={definitions} onGo={onGo} onFix={fix} />
        <WordsHint onGo={onClose} />
        {errors > 0 && findings.every((each) => each.severity === "warning" || isLoss(each)) && (
          <Checkbox className="q-agree" checked={agrees} onChange={(event) => onAgree(event.target.checked)}>
            {t`That is meant: these values go out of use, and are kept aside`}
          </Checkbox>
        )}
      </section>
      <section className="q-publish-part">
        <h2>{t`What changed`}</h2>
        <DraftChanges draft={draft} />
      </section>
      {errors === 0 && (
        <section className="q-publish-part">
          <h2>{t`What happens to the data`}</h2>
          <PlanPart draft={draft} />
        </section>
      )}
    </>
  );
}

/** The draft in sentences, so that it is read once more before everybody has it. */
function DraftChanges({ draft }: { draft: number }) {
  const { version } = useDesign();
  const { data } = useQuery({
    queryKey: ["draft-differences", draft, version],
    queryFn: async ({ signal }) => (await get<{ told: Told[] }>(`/api/drafts/${draft}/differences`, undefined, signal)).told,
    retry: false,
  });
  return data ? <Differences told={data} /> : <Bones lines={3} title={false} />;
}

function PlanPart({ draft }: { draft: number }) {
  const { version } = useDesign();
  const words = useProblemWords();
  const { data, error } = useQuery({ queryKey: ["draft-plan", draft, version], queryFn: () => fetchPlan(draft), retry: false });
  if (error) return <p className="q-alert">{words(error)}</p>;
  return data ? <PlanWords plan={data} /> : <Bones lines={3} title={false} />;
}

function NoteInput({ note, onChange }: { note: string; onChange: (note: string) => void }) {
  const { t } = useLingui();
  const id = useId();
  return (
    <div className="q-field">
      <label htmlFor={id}>{t`What is new, for those who read the list of releases`}</label>
      <Input.TextArea id={id} value={note} onChange={(event) => onChange(event.target.value)} autoSize={{ minRows: 2, maxRows: 5 }} maxLength={2000} />
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const words = useProblemWords();
  if (!error) return null;
  return (
    <p className="q-alert" role="alert">
      {words(error)}
    </p>
  );
}

interface Publishing {
  isSending: boolean;
  isPreparing: boolean;
  error: unknown;
  release: number | null;
  progress: ReactNode;
  publish: (note: string, choices: Decision[], confirm: boolean) => void;
}

function usePublishing(draft: number): Publishing {
  const { store } = useDesign();
  const client = useQueryClient();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [release, setRelease] = useState<number | null>(null);
  const [beside, setBeside] = useState<number | null>(null);
  const { data: publication, refetch } = usePublication(beside);
  useEffect(() => {
    if (publication?.release && publication.draft === draft) setRelease(publication.release);
    if (publication?.state === "cancelled") setBeside(null);
  }, [publication, draft]);

  async function publish(note: string, choices: Decision[], confirm: boolean): Promise<void> {
    setSending(true);
    setError(null);
    try {
      await store.settled();
      const published = await publishDraft(draft, note, choices, confirm);
      if (published.publication) setBeside(published.publication.publication);
      else setRelease(published.release ?? null);
    } catch (problem) {
      setError(problem);
      if (conflictsOf(problem)) await client.invalidateQueries({ queryKey: ["draft-check", draft] });
    } finally {
      setSending(false);
    }
  }

  const isPreparing = publication !== undefined && isUnderWay(publication);
  const progress = isPreparing ? <Preparing publication={publication} onTold={() => void refetch()} /> : null;
  return { isSending, isPreparing, error, release, progress, publish };
}

/** Where people meet what was just designed: its list, or the first one of its app. */
function workOf(definitions: Definitions, kind: string, name: string): string {
  const object = kind === "app" ? menuOf(bodyOf(definitions, "app", name) ?? {}).map(([, item]) => item.object as string | undefined).find(Boolean) : kind === "object" ? name : (bodyOf(definitions, kind, name)?.object as string | undefined);
  return object && alive(definitions, "object").some(([each, body]) => each === object && !body.lines_of) ? objectPath(object) : "/";
}

/** “Release 12 is live”, and where one may go now. */
function Live({ release, onClose }: { release: number; onClose: () => void }) {
  const { t } = useLingui();
  const { number, definitions } = useDesign();
  const { kind = "", name = "" } = useParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  useEffect(() => {
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "draft-check" && queryKey[0] !== "draft-plan" });
  }, [client]);
  const leave = (to: string) => {
    onClose();
    navigate(to);
    forgetDraft(number);
  };
  return (
    <Drawer open onClose={() => leave("/design")} title={t`Publish`} size={600}>
      <div className="q-live">
        <CircleCheck size={44} strokeWidth={1.5} aria-hidden />
        <h2>{t`Release ${release} is live`}</h2>
        <RowsWaiting isPrompt />
        <p className="q-muted">{t`Everybody works with it from now on. Nothing was lost: the release before can be brought back at any time.`}</p>
        <Button type="primary" onClick={() => leave(workOf(definitions, kind, name))}>{t`See it at work`}</Button>
        <Button onClick={() => leave("/design")}>{t`Go on designing`}</Button>
        <Link to={`/design/releases/${release - 1}..${release}`} onClick={() => forgetDraft(number)}>
          {t`What changed`}
        </Link>
      </div>
    </Drawer>
  );
}
