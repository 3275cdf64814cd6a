/** Who else has this record open now, and who writes on it. */
import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Tooltip } from "antd";
import { Pencil } from "lucide-react";
import { useEffect, useState } from "react";
import { freshKey, post } from "../../kit/api";
import { Avatar } from "../../kit/Avatar";

export interface Present {
  id: number;
  name: string;
  writes: boolean;
}

const BEAT = 20_000;

/** Says that this page shows the record, again and again until it is left. */
export function usePresence(object: string, id: number, writes: boolean): Present[] {
  const client = useQueryClient();
  const [page] = useState(freshKey);
  const { data } = useQuery({
    queryKey: ["presence", object, id, writes],
    queryFn: async () => (await post<{ present: Present[] }>(`/api/records/${object}/${id}/presence`, { page, writes })).present,
    refetchInterval: BEAT,
    refetchIntervalInBackground: false,
    retry: false,
    placeholderData: (previous) => previous,
  });
  useEffect(() => {
    const leave = () => void fetch("/api/presence/leave", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-Queti": "1" }, body: JSON.stringify({ page }) }).catch(() => undefined);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
      client.removeQueries({ queryKey: ["presence", object, id] });
    };
  }, [client, object, id, page]);
  return data ?? [];
}

export function PresentPeople({ present }: { present: Present[] }) {
  const { t } = useLingui();
  if (present.length === 0) return null;
  return (
    <ul className="q-present" aria-label={t`Also here`}>
      {present.map((one) => (
        <li key={one.id} className={one.writes ? "q-present-writes" : ""}>
          <Tooltip title={one.writes ? t`${one.name} is editing` : t`${one.name} is looking at this`}>
            <span role="img" aria-label={one.writes ? t`${one.name} is editing` : t`${one.name} is looking at this`}>
              <Avatar name={one.name} />
              {one.writes && <Pencil size={11} aria-hidden />}
            </span>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

/** Said before one starts to write too. */
export function WritingNow({ present }: { present: Present[] }) {
  const { t } = useLingui();
  const writers = present.filter((one) => one.writes);
  if (writers.length === 0) return null;
  const names = writers.map((one) => one.name).join(", ");
  return (
    <p className="q-writing-now" role="status">
      <Pencil size={14} aria-hidden /> {t`${names} is editing. What you both change is shown side by side when you save.`}
    </p>
  );
}
