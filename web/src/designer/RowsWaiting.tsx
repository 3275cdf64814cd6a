/** A form made from a spreadsheet is published: its rows can come in now, through the ordinary import. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { FileSpreadsheet } from "lucide-react";
import { Link } from "react-router";
import { post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { useDefs } from "../records/context";
import { objectPath } from "../records/definitions";
import type { ImportState } from "../records/imports/shapes";
import { forgetRows, type KeptRows, keptRows } from "./rows";

export default function RowsWaiting({ object }: { object?: string }) {
  const definitions = useDefs();
  const { data } = useQuery({ queryKey: ["rows-waiting"], queryFn: keptRows, staleTime: 0 });
  const ready = (data ?? []).filter((kept) => definitions.objects[kept.object] && (!object || kept.object === object));
  return ready.map((kept) => <Waiting key={kept.object} kept={kept} />);
}

function Waiting({ kept }: { kept: KeptRows }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const label = useDefs().objects[kept.object]?.plural ?? kept.object;
  const done = async () => {
    await forgetRows(kept.object);
    await client.invalidateQueries();
  };
  const bring = useMutation({
    mutationFn: () => bringIn(kept),
    onSuccess: async ({ report }) => {
      notices.done(report.bad ? t`${report.created} rows are in, ${report.bad} could not be read` : t`${report.created} rows are in`);
      await done();
    },
    onError: (error) => notices.problem(error),
  });
  return (
    <section className="q-note q-rows-waiting">
      <FileSpreadsheet size={17} aria-hidden />
      <span>
        <strong>{label}</strong>: <Plural value={kept.rows} one="# row of the spreadsheet waits" other="# rows of the spreadsheet wait" />
      </span>
      <span className="q-grow" />
      <Button type="primary" size="small" loading={bring.isPending} onClick={() => bring.mutate()}>
        {t`Bring them in`}
      </Button>
      <Link to={`/import${objectPath(kept.object)}`}>{t`Look at them first`}</Link>
      <Button type="text" size="small" onClick={done}>
        {t`Leave them`}
      </Button>
    </section>
  );
}

async function bringIn({ object, file, each }: KeptRows): Promise<ImportState> {
  const body = new FormData();
  body.set("file", file);
  body.set("mapping", JSON.stringify({ import: `designer.${object}`, target: object, each }));
  const state = await post<ImportState>("/api/imports", body);
  return post<ImportState>(`/api/imports/${state.id}/run`, { take: state.report.bad ? "good" : "all" });
}
