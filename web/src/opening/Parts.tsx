/** Each spreadsheet beside its account: how many rows wait, what they add up to, and what is apart. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Download, FileUp } from "lucide-react";
import { Link } from "react-router";
import { showMoney } from "../kit/decimal";
import { inSentence } from "../kit/i18n";
import { ToneTag } from "../kit/ToneTag";
import { useDefs } from "../records/context";
import { objectPath } from "../records/definitions";
import { isBalance, type Side } from "./opening";

export function Parts({ sides }: { sides: Side[] }) {
  return (
    <ul className="q-golive-parts">
      {sides.map((side) => (
        <Part key={side.object} side={side} />
      ))}
    </ul>
  );
}

function Part({ side }: { side: Side }) {
  const { t } = useLingui();
  const object = useDefs().objects[side.object];
  if (!object) return null;
  const what = inSentence(object.plural);
  return (
    <li className="q-golive-part" aria-label={object.plural}>
      <header>
        <Link to={objectPath(side.object)}>{object.plural}</Link>
        <span className="q-muted">{t`${plural(side.rows, { one: "# row", other: "# rows" })}`}</span>
        <Apart difference={side.difference} isEmpty={side.rows === 0} />
      </header>
      <dl>
        <Amount label={isBalance(side) ? t`Debit` : t`In the rows`} value={side.sub_ledger} />
        <Amount label={isBalance(side) ? t`Credit` : t`On the account`} value={side.books} />
      </dl>
      <nav>
        <a href={`/api/templates/${side.object}`} download aria-label={t`Template for ${what}`}>
          <Download size={14} aria-hidden /> {t`Template`}
        </a>
        {object.may.create && (
          <Link to={`/import${objectPath(side.object)}`} aria-label={t`Import ${what}`}>
            <FileUp size={14} aria-hidden /> {t`Import`}
          </Link>
        )}
      </nav>
    </li>
  );
}

function Apart({ difference, isEmpty }: { difference: string; isEmpty: boolean }) {
  const { t } = useLingui();
  if (Number(difference) !== 0) return <ToneTag tone="bad">{t`${showMoney(difference.replace("-", ""))} apart`}</ToneTag>;
  return isEmpty ? <ToneTag tone="neutral">{t`Nothing yet`}</ToneTag> : <ToneTag tone="good">{t`Agrees`}</ToneTag>;
}

function Amount({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="q-number">{showMoney(value)}</dd>
    </div>
  );
}
