import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { useState } from "react";
import { Avatar } from "../kit/Avatar";
import { showAgo, showMoment } from "../kit/time";
import type { Task, TrailAct } from "./told";
import type { Field } from "../records/definitions";
import { FileStrip, filesOf } from "../records/fields/file";
import { fileAddress } from "../records/fields/upload";
import { isTold, useTrailWords } from "./words";

const FIRST = 6;

/** Files of a comment, and the hand that signed. */
function Proofs({ act }: { act: TrailAct }) {
  const field = (name: string, type: string): Field => ({ name, type, label: name, object: "flow.act" });
  const shown = (name: "files" | "signature") => filesOf(act[name]).map((file) => ({ ...file, url: fileAddress(field(name, name), { id: act.id }, file, { object: "flow.act", id: act.id, field: name }) }));
  const files = [...shown("signature"), ...shown("files")];
  return files.length > 0 ? <FileStrip files={files} /> : null;
}

const DECIDED = new Set(["approved", "rejected", "handled", "sent_back", "returned"]);

/** Whose turn it was, where a deputy acted. */
function InStead({ act, tasks }: { act: TrailAct; tasks: Task[] }) {
  const { t } = useLingui();
  const task = DECIDED.has(act.act) && act.task ? tasks.find((each) => Number(each.number) === Number(act.task)) : undefined;
  const meant = task?.["on_behalf_of._label"];
  return meant ? <span className="q-muted"> {t`as deputy for ${meant}`}</span> : null;
}

/** What has become of it, the newest first. */
export function Trail({ acts, tasks }: { acts: TrailAct[]; tasks: Task[] }) {
  const { t } = useLingui();
  const words = useTrailWords();
  const [isWhole, setWhole] = useState(false);
  const told = acts.filter(isTold).reverse();
  return (
    <div className="q-trail">
      <ol aria-label={t`What has happened`}>
        {(isWhole ? told : told.slice(0, FIRST)).map((act) => (
          <li key={act.id}>
            <Avatar name={act["by._label"] ?? "·"} size={22} />
            <div>
              <span>{words(act)}</span>
              <InStead act={act} tasks={tasks} /> <time dateTime={act.at} title={showMoment(act.at)} className="q-muted">{showAgo(act.at)}</time>
              {act.reason && <p className="q-entry-text">{act.reason}</p>}
              <Proofs act={act} />
            </div>
          </li>
        ))}
      </ol>
      {told.length > FIRST && !isWhole && (
        <Button type="link" size="small" onClick={() => setWhole(true)}>
          {t`Show all ${told.length}`}
        </Button>
      )}
    </div>
  );
}
