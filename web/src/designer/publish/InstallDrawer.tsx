/** An app that comes in: what it brings, what both sides changed, what happens to the data; then it is live. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Drawer } from "antd";
import { useState } from "react";
import { useNotices } from "../../kit/notices";
import { Bones, Failed } from "../../kit/states";
import type { Finding } from "../DraftBar";
import { ConflictList, decided, type Decisions } from "./ConflictList";
import { FindingsList } from "./FindingsList";
import { PlanWords } from "./PlanWords";
import { type Conflict, type Decision, isPlanned, type Planned } from "./publishing";
import { splitField, useThings } from "./things";

/** What the server says of it: planned, or done (then with its release). */
export interface Installing extends Partial<Planned> {
  app: string;
  version: string;
  author?: string;
  notes?: string;
  label?: string;
  release?: number;
  conflicts?: Conflict[];
  findings?: Finding[];
  losses?: string[];
  changes?: string[];
}

export interface Coming {
  title: string;
  ask: (isPlan: boolean, choices: Decision[]) => Promise<Installing>;
}

export function InstallDrawer({ coming, onClose }: { coming: Coming; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [decisions, setDecisions] = useState<Decisions>({});
  const [agrees, setAgrees] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { data, error } = useQuery({ queryKey: ["installing", coming.title], queryFn: () => coming.ask(true, []), gcTime: 0, staleTime: Number.POSITIVE_INFINITY, retry: false });
  const conflicts = data?.conflicts ?? [];
  const taken = decided(conflicts, decisions);
  const errors = data?.findings?.some((finding) => finding.severity === "error");
  const mayGo = data && !errors && taken.length === conflicts.length && (agrees || !data.losses?.length);

  async function install(): Promise<void> {
    setBusy(true);
    try {
      const { release } = await coming.ask(false, taken);
      await client.invalidateQueries();
      notices.done(t`“${data?.label || coming.title}” is installed: release ${release ?? 0} is live`);
      onClose();
    } catch (problem) {
      notices.problem(problem);
      setBusy(false);
    }
  }

  return (
    <Drawer
      open
      onClose={onClose}
      title={data?.label || coming.title}
      size={conflicts.length > 0 ? 860 : 600}
      footer={
        <Button type="primary" size="large" block disabled={!mayGo} loading={isBusy} onClick={install}>
          {t`Install for everybody`}
        </Button>
      }
    >
      {error ? <Failed error={error} /> : data ? <Outlook coming={data} decisions={decisions} onDecide={setDecisions} agrees={agrees} onAgree={setAgrees} /> : <Bones lines={5} title={false} />}
    </Drawer>
  );
}

interface OutlookProps {
  coming: Installing;
  decisions: Decisions;
  onDecide: (decisions: Decisions) => void;
  agrees: boolean;
  onAgree: (agrees: boolean) => void;
}

function Outlook({ coming, decisions, onDecide, agrees, onAgree }: OutlookProps) {
  const { t } = useLingui();
  const things = useThings();
  const findings = coming.findings?.filter((finding) => finding.severity === "error") ?? [];
  return (
    <>
      <p className="q-muted">
        {t`Version ${coming.version}`}
        {coming.author && <> · {coming.author}</>}
      </p>
      {coming.notes && <p className="q-pre">{coming.notes}</p>}
      {coming.conflicts && coming.conflicts.length > 0 && <ConflictList conflicts={coming.conflicts} decisions={decisions} onDecide={onDecide} other="app" />}
      {findings.length > 0 && <FindingsList findings={findings} />}
      {coming.changes && coming.changes.length > 0 && (
        <section className="q-publish-part">
          <h2>{t`What it changes`}</h2>
          <Changes changes={coming.changes} />
        </section>
      )}
      {isPlanned(coming) && (
        <section className="q-publish-part">
          <h2>{t`What happens to the data`}</h2>
          <PlanWords plan={coming} />
        </section>
      )}
      {coming.losses && coming.losses.length > 0 && (
        <section className="q-alert">
          <p>{t`These hold data and would go out of use; what they hold is kept aside:`}</p>
          <ul>
            {coming.losses.map((each) => (
              <li key={each}>{each.split(".").length > 2 ? `${things("object", splitField(each)[0]).label} · ${things("field", each).label}` : things("object", each).label}</li>
            ))}
          </ul>
          <Checkbox checked={agrees} onChange={(event) => onAgree(event.target.checked)}>{t`That is meant`}</Checkbox>
        </section>
      )}
    </>
  );
}

/** `+ view own.x` as counts of kinds, each opened to its names. */
function Changes({ changes }: { changes: string[] }) {
  const { t } = useLingui();
  const things = useThings();
  const of = (sign: string) => changes.filter((line) => line.startsWith(sign)).map((line) => line.slice(2).split(" ") as [string, string]);
  const parts: [string, [string, string][]][] = [
    [t`New`, of("+")],
    [t`Changed`, of("~")],
    [t`Gone`, of("-")],
  ];
  return parts
    .filter(([, entries]) => entries.length > 0)
    .map(([words, entries]) => (
      <details key={words} open={entries.length <= 12}>
        <summary>
          {words} · <Plural value={entries.length} one="# thing" other="# things" />
        </summary>
        <ul className="q-uses-list">
          {entries.map(([kind, name]) => (
            <li key={`${kind} ${name}`}>
              {things(kind, name).label} <small className="q-muted">{things(kind, name).kind}</small>
            </li>
          ))}
        </ul>
      </details>
    ));
}
