import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { DatabaseBackup, Download } from "lucide-react";
import { get, post } from "../../kit/api";
import { showDecimal } from "../../kit/decimal";
import { useNotices } from "../../kit/notices";
import { ScrollX } from "../../kit/ScrollX";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { showMoment } from "../../kit/time";

interface Backup {
  name: string;
  size: number;
  at?: string;
}

export function Backups() {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const backups = useQuery({ queryKey: ["admin", "backups"], queryFn: ({ signal }) => get<{ backups: Backup[] }>("/api/admin/backups", undefined, signal) });
  const make = useMutation({
    mutationFn: () => post<Backup>("/api/admin/backup", {}),
    onSuccess: (made) => {
      notices.done(t`Backed up: ${made.name}`);
      void client.invalidateQueries({ queryKey: ["admin", "backups"] });
    },
    onError: (error) => notices.problem(error),
  });
  if (backups.isPending) return <Bones lines={4} title={false} />;
  if (backups.isError) return <Failed error={backups.error} retry={() => backups.refetch()} />;
  const button = (
    <Button type="primary" icon={<DatabaseBackup size={15} aria-hidden />} loading={make.isPending} onClick={() => make.mutate()}>
      {t`Back up now`}
    </Button>
  );
  if (backups.data.backups.length === 0)
    return (
      <EmptyState title={t`No backup yet`} action={button}>
        {t`A backup holds the whole workspace: its definitions, its records and their history. Work goes on meanwhile.`}
      </EmptyState>
    );
  return (
    <>
      <div className="q-report-bar">
        <span className="q-muted">{t`Kept on the server; take copies to another place.`}</span>
        {button}
      </div>
      <ScrollX label={t`Backups`}>
        <table className="q-table" aria-label={t`Backups`}>
          <thead>
            <tr>
              <th scope="col">{t`File`}</th>
              <th scope="col">{t`Made`}</th>
              <th scope="col" className="q-right">{t`Size`}</th>
              <th aria-label={t`Acts`} />
            </tr>
          </thead>
          <tbody>
            {backups.data.backups.map((backup) => (
              <tr key={backup.name}>
                <td>{backup.name}</td>
                <td>{backup.at && showMoment(backup.at)}</td>
                <td className="q-right q-number">{showSize(backup.size)}</td>
                <td className="q-right">
                  <a href={`/api/admin/backups/${encodeURIComponent(backup.name)}`} download aria-label={t`Download ${backup.name}`}>
                    <Download size={16} aria-hidden />
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}

function showSize(bytes: number): string {
  if (bytes < 1_000_000) return `${showDecimal(Math.max(1, Math.round(bytes / 1000)))} kB`;
  return `${showDecimal((bytes / 1_000_000).toFixed(1))} MB`;
}
