/** A publication that prepares its data beside the work: how far it is, to rest, to go on, and the way back. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm, Progress } from "antd";
import { Pause, Play, Undo2 } from "lucide-react";
import { useState } from "react";
import { useProblemWords } from "../../kit/states";
import { type Act, actOn, fetchPublication, fetchPublications, isUnderWay, type Publication } from "./publishing";

/** The publication begun here, or one that somebody began before; asked again as long as it moves. */
export function usePublication(begun: number | null) {
  const { data: under } = useQuery({
    queryKey: ["publications", "under-way"],
    queryFn: async ({ signal }) => (await fetchPublications(signal)).find(isUnderWay)?.publication ?? null,
    enabled: begun === null,
    staleTime: 0,
    retry: false,
  });
  const number = begun ?? under ?? null;
  return useQuery({
    queryKey: ["publication", number],
    queryFn: ({ signal }) => fetchPublication(number!, signal),
    enabled: number !== null,
    refetchInterval: ({ state }) => (!state.data || ["filling", "cancelling"].includes(state.data.state) ? 700 : false),
  });
}

export function Preparing({ publication, onTold }: { publication: Publication; onTold: () => void }) {
  const { t } = useLingui();
  const words = useProblemWords();
  const [busy, setBusy] = useState<Act | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { state, done, rows, problem } = publication;

  async function press(act: Act): Promise<void> {
    setBusy(act);
    setError(null);
    try {
      await actOn(publication.publication, act);
    } catch (refused) {
      setError(refused);
    }
    setBusy(null);
    onTold();
  }

  const percent = rows > 0 ? Math.floor((100 * done) / rows) : 0;
  return (
    <section className="q-preparing" aria-label={t`Preparing the data`}>
      <Progress percent={percent} status={problem ? "exception" : state === "filling" ? "active" : "normal"} aria-label={t`Preparing the data`} />
      <p className={problem || error ? "q-alert" : "q-muted"} role="status">
        {error ? words(error) : <Standing publication={publication} />}
      </p>
      <div className="q-preparing-acts">
        {state === "filling" && (
          <Button icon={<Pause size={15} aria-hidden />} loading={busy === "pause"} onClick={() => press("pause")}>
            {t`Pause`}
          </Button>
        )}
        {(state === "paused" || state === "failed") && (
          <Button type="primary" icon={<Play size={15} aria-hidden />} loading={busy === "resume"} onClick={() => press("resume")}>
            {state === "failed" ? t`Try again` : t`Go on`}
          </Button>
        )}
        {state !== "cancelling" && (
          <Popconfirm title={t`Everything is then as before it began.`} okText={t`Call it off`} cancelText={t`Let it go on`} onConfirm={() => press("cancel")}>
            <Button icon={<Undo2 size={15} aria-hidden />} loading={busy === "cancel"}>
              {t`Call it off`}
            </Button>
          </Popconfirm>
        )}
      </div>
    </section>
  );
}

function Standing({ publication: { state, problem, left_seconds: left } }: { publication: Publication }) {
  const { t } = useLingui();
  if (problem) return problem.detail;
  if (state === "paused") return t`It rests. Nobody can publish anything else until it goes on or is called off.`;
  if (state === "cancelling") return t`It is being called off…`;
  return left ? t`Preparing the data beside the work; about ${left} seconds are left. You may close this.` : t`Preparing the data beside the work…`;
}
