/** A form made from a spreadsheet is published: its rows come in by the ordinary import, which says what it could not read. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { CircleCheck, FileSpreadsheet, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { Link } from "react-router";
import { get, post } from "../kit/api";
import { useProblemWords } from "../kit/states";
import { useDefs } from "../records/context";
import { objectPath } from "../records/definitions";
import { type ImportState, isUnderWay, type Report } from "../records/imports/shapes";
import { forgetRows, type KeptRows, keptRows } from "./rows";

interface RowsProps {
  object?: string;
  /** They come in without being asked for: right after publishing. */
  isPrompt?: boolean;
}

export default function RowsWaiting({ object, isPrompt = false }: RowsProps) {
  const definitions = useDefs();
  const { data } = useQuery({ queryKey: ["rows-waiting"], queryFn: keptRows, staleTime: 0, gcTime: 0 });
  const ready = (data ?? []).filter((kept) => definitions.objects[kept.object] && (!object || kept.object === object));
  return ready.map((kept) => <Waiting key={kept.object} kept={kept} isPrompt={isPrompt} />);
}

const SHOWN = 5;
const begun = new Set<string>();

function Waiting({ kept, isPrompt }: { kept: KeptRows; isPrompt: boolean }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const say = useProblemWords();
  const label = useDefs().objects[kept.object]?.plural ?? kept.object;
  const bring = useMutation({ mutationFn: () => bringIn(kept), onSuccess: () => forgetRows(kept.object), onError: () => begun.delete(kept.object) });
  const leave = async () => {
    await forgetRows(kept.object);
    await client.invalidateQueries({ queryKey: ["rows-waiting"] });
  };
  useEffect(() => {
    if (!isPrompt || begun.has(kept.object)) return;
    begun.add(kept.object);
    bring.mutate();
  }, [isPrompt, kept.object]);

  if (bring.data) return <Brought kept={kept} label={label} report={bring.data.report} />;
  return (
    <section className="q-note q-rows-waiting" aria-label={label}>
      <FileSpreadsheet size={17} aria-hidden />
      <span>
        <strong>{label}</strong>: <Plural value={kept.rows} one="# row of the spreadsheet waits" other="# rows of the spreadsheet wait" />
      </span>
      <span className="q-grow" />
      {bring.isPending ? (
        <span role="status">
          <Spin size="small" /> {t`They are coming in…`}
        </span>
      ) : (
        <>
          <Button type="primary" size="small" onClick={() => bring.mutate()}>
            {t`Bring them in`}
          </Button>
          <Link to={`/import${objectPath(kept.object)}`}>{t`Look at them first`}</Link>
          <Button type="text" size="small" onClick={leave}>
            {t`Leave them`}
          </Button>
        </>
      )}
      {bring.error && <p className="q-alert">{say(bring.error)}</p>}
    </section>
  );
}

/** What came of it: how many rows, and what could not be read, by row of the file. */
function Brought({ kept, label, report }: { kept: KeptRows; label: string; report: Report }) {
  const { t } = useLingui();
  const more = report.problems.length - SHOWN;
  return (
    <section className="q-note q-rows-brought" role="status" aria-label={label}>
      <p>
        {report.bad ? <TriangleAlert size={17} aria-hidden /> : <CircleCheck size={17} aria-hidden className="q-check" />}
        <strong>{label}</strong>: {report.bad ? t`${report.created} rows are in, ${report.bad} could not be read` : t`${report.created} rows are in`}
        <Link to={objectPath(kept.object)}>{t`See them`}</Link>
      </p>
      {report.problems.length > 0 && (
        <ul className="q-users">
          {report.problems.slice(0, SHOWN).map((problem) => (
            <li key={`${problem.row} ${problem.column} ${problem.text}`}>
              {t`Row ${problem.row}`}
              {problem.column && ` · ${problem.column}`}
              {problem.value && ` · “${problem.value}”`}: {problem.text}
            </li>
          ))}
          {more > 0 && <li>{t`and ${more} more`}</li>}
        </ul>
      )}
    </section>
  );
}

async function bringIn({ object, file, each }: KeptRows): Promise<ImportState> {
  const body = new FormData();
  body.set("file", file);
  body.set("mapping", JSON.stringify({ import: `designer.${object}`, target: object, each }));
  const checked = await ended(await post<ImportState>("/api/imports", body));
  return ended(await post<ImportState>(`/api/imports/${checked.id}/run`, { take: checked.report.bad ? "good" : "all" }));
}

const PAUSE = 500;

/** A large file is worked on beside the request. */
async function ended(state: ImportState): Promise<ImportState> {
  if (!isUnderWay(state)) return state;
  await new Promise((go) => setTimeout(go, PAUSE));
  return ended(await get<ImportState>(`/api/imports/${state.id}`));
}
