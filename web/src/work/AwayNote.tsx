/** On top of My work: somebody decides for me now, or I for somebody. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { CalendarOff } from "lucide-react";
import { Link } from "react-router";
import { showDate } from "../kit/time";
import { useMe } from "../shell/session";
import { type Deputy, spanOf, useDeputies } from "./away";
import { useEnding } from "./ending";

export function AwayNote() {
  const { data } = useDeputies(useMe().user);
  const mine = (data?.mine ?? []).filter((each) => spanOf(each) === "now");
  const others = (data?.others ?? []).filter((each) => spanOf(each) === "now");
  if (mine.length + others.length === 0) return null;
  return (
    <ul className="q-away-note">
      {mine.map((each) => (
        <Mine key={each.id} deputy={each} />
      ))}
      {others.map((each) => (
        <Other key={each.id} deputy={each} />
      ))}
    </ul>
  );
}

function Mine({ deputy }: { deputy: Deputy }) {
  const { t } = useLingui();
  const ending = useEnding();
  const name = deputy["deputy._label"] ?? "";
  return (
    <li>
      <CalendarOff size={16} aria-hidden />
      <Link to="/work/away">{t`You are away: ${name} decides for you until ${showDate(deputy.until_on)}.`}</Link>
      <Button type="link" size="small" loading={ending.isPending} onClick={() => ending.mutate(deputy)}>
        {t`I am back`}
      </Button>
    </li>
  );
}

function Other({ deputy }: { deputy: Deputy }) {
  const { t } = useLingui();
  return (
    <li>
      <CalendarOff size={16} aria-hidden />
      {t`You decide for ${deputy["person._label"] ?? ""} until ${showDate(deputy.until_on)}.`}
    </li>
  );
}
