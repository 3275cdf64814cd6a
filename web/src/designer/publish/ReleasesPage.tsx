/** Every release: who, when, what for; two of them compared in words; the way back, said before it is gone. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Modal } from "antd";
import { GitCompareArrows, Undo2 } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { get, post } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { showMoment } from "../../kit/time";
import { useMe } from "../../shell/session";
import { Differences, type Told } from "./Differences";
import { fetchReleases, type Release } from "./publishing";
import { Retired } from "./Retired";
import "../../records/records.css";
import "./publish.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const { range } = useParams();
  if (!me.administers) return <EmptyState title={t`For builders`}>{t`Ask an administrator of your workspace for a role that may change apps.`}</EmptyState>;
  const pair = /^(\d+)\.\.(\d+)$/.exec(range ?? "");
  return pair ? <Comparison one={Number(pair[1])} other={Number(pair[2])} /> : <ReleaseList />;
}

function Above() {
  const { t } = useLingui();
  return (
    <>
      <Link to="/design">{t`Designer`}</Link>
      <span aria-hidden>›</span>
      <Link to="/design/releases">{t`Releases`}</Link>
    </>
  );
}

function ReleaseList() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({ queryKey: ["releases"], queryFn: ({ signal }) => fetchReleases(signal) });
  const [chosen, setChosen] = useState<number[]>([]);
  const [shown, setShown] = useState(30);
  if (error) return <Failed error={error} retry={refetch} />;
  if (!data) return <Bones lines={8} />;
  const newest = data[0]?.release ?? 0;
  const toggle = (release: number) => setChosen(chosen.includes(release) ? chosen.filter((each) => each !== release) : [...chosen.slice(-1), release]);
  const [one, other] = chosen.toSorted((first, second) => first - second);
  return (
    <>
      <PageTitle
        title={t`Releases`}
        above={<Link to="/design">{t`Designer`}</Link>}
        actions={
          <Button icon={<GitCompareArrows size={16} aria-hidden />} disabled={other === undefined} onClick={() => navigate(`/design/releases/${one}..${other}`)}>
            {other === undefined ? t`Choose two to compare` : t`Compare ${one} with ${other}`}
          </Button>
        }
      />
      <div className="q-box">
        <ol className="q-releases">
          {data.slice(0, shown).map((release) => (
            <ReleaseRow key={release.release} release={release} isNow={release.release === newest} isChosen={chosen.includes(release.release)} onChoose={() => toggle(release.release)} />
          ))}
        </ol>
        {data.length > shown && <Button type="link" onClick={() => setShown(shown + 50)}>{t`Show older ones`}</Button>}
      </div>
      <Retired />
    </>
  );
}

interface RowProps {
  release: Release;
  isNow: boolean;
  isChosen: boolean;
  onChoose: () => void;
}

function ReleaseRow({ release, isNow, isChosen, onChoose }: RowProps) {
  const { t } = useLingui();
  const number = release.release;
  const proposers = (release.proposed_by ?? []).map(({ name }) => name).filter(Boolean);
  const note = release.rolls_back_to ? t`Back to release ${release.rolls_back_to}` : release.note || (number === 1 ? t`The workspace began` : t`Without a note`);
  return (
    <li className={`q-release${isNow ? " q-release-now" : ""}`}>
      <span className="q-release-sign">{number}</span>
      <div>
        <h3>{note}</h3>
        <p className="q-muted">
          {isNow && <strong>{t`Live now`} · </strong>}
          {showMoment(release.published_at)} · {release.published_by_name || t`Queti`}
          {proposers.length > 0 && <> · {t`suggested by ${proposers.join(", ")}`}</>}
        </p>
      </div>
      <div className="q-release-acts">
        <Checkbox checked={isChosen} onChange={onChoose} aria-label={t`Compare release ${number}`}>{t`Compare`}</Checkbox>
        {number > 1 && (
          <Link to={`/design/releases/${number - 1}..${number}`} className="ant-btn ant-btn-sm">
            {t`What changed`}
          </Link>
        )}
        {!isNow && <RollBack release={release} />}
      </div>
    </li>
  );
}

/** What it means is said first: nothing is deleted, the old definitions become a new release. */
function RollBack({ release }: { release: Release }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const number = release.release;

  async function go(): Promise<void> {
    setBusy(true);
    try {
      const { release: made } = await post<{ release: number }>(`/api/releases/${number}/rollback`);
      setAsking(false);
      notices.done(t`Release ${made} is live: everything is as in release ${number}`);
      await client.invalidateQueries();
    } catch (error) {
      notices.problem(error);
    }
    setBusy(false);
  }

  return (
    <>
      <Button size="small" icon={<Undo2 size={14} aria-hidden />} onClick={() => setAsking(true)}>
        {t`Go back to this`}
      </Button>
      {isAsking && (
        <Modal open title={t`Go back to release ${number}?`} width={560} okText={t`Go back to ${number}`} confirmLoading={isBusy} onOk={go} onCancel={() => setAsking(false)}>
          <RollBackMeaning release={number} />
        </Modal>
      )}
    </>
  );
}

function RollBackMeaning({ release }: { release: number }) {
  const { t } = useLingui();
  const { data: releases } = useQuery({ queryKey: ["releases"], queryFn: ({ signal }) => fetchReleases(signal) });
  const newest = releases?.[0]?.release;
  const { data } = useDifferences(newest ?? release, release, newest !== undefined);
  return (
    <>
      <p>{t`Everything is defined as it was in release ${release}, as a new release. No record is deleted: fields that were added since are put aside with what they hold, and fields that were removed come back with theirs.`}</p>
      <div className="q-roll-back-list">{data ? <Differences told={data} /> : <Bones lines={3} title={false} />}</div>
    </>
  );
}

function useDifferences(one: number, other: number, enabled = true) {
  return useQuery({
    queryKey: ["differences", one, other],
    queryFn: async ({ signal }) => (await get<{ told: Told[] }>(`/api/releases/${one}..${other}`, undefined, signal)).told,
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

function Comparison({ one, other }: { one: number; other: number }) {
  const { t } = useLingui();
  const { data, error, refetch } = useDifferences(one, other);
  return (
    <>
      <PageTitle title={t`From release ${one} to ${other}`} above={<Above />} />
      <div className="q-box">{error ? <Failed error={error} retry={refetch} /> : data ? <Differences told={data} /> : <Bones />}</div>
    </>
  );
}
