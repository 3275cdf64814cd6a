import { Plural, useLingui } from "@lingui/react/macro";
import { Languages } from "lucide-react";
import { Link } from "react-router";
import { useDesign } from "./context";
import { gaps } from "./other/wording";

/** One quiet line for all that is said in one language only. */
export function WordsHint({ app, onGo }: { app?: string; onGo?: () => void }) {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const found = [...gaps(definitions)].filter(([name]) => !app || name === app);
  const [first] = found.toSorted(([, one], [, other]) => other - one);
  if (!first) return null;
  const count = found.reduce((sum, [, each]) => sum + each, 0);
  return (
    <p className="q-words-hint">
      <Languages size={15} aria-hidden />
      <span>
        <Plural value={count} one="# word is there in one language only." other="# words are there in one language only." />
      </span>
      <Link to={`/design/${number}/words/${first[0]}`} onClick={onGo}>
        {t`Fill the gaps`}
      </Link>
    </p>
  );
}
