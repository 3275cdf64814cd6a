/** What the check found, under the thing where it is: words, fix, and the way there. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { ArrowRight, ArrowRightLeft, CircleAlert, CircleCheck, TriangleAlert, Wrench } from "lucide-react";
import type { Definitions } from "../draft";
import type { Finding } from "../DraftBar";
import { grouped } from "./publishing";
import { plainName, usePlaceWords, useThings } from "./things";

interface FindingsProps {
  findings: Finding[];
  /** The draft that they are of: its words come first. */
  drafted?: Definitions;
  onGo?: (to: string) => void;
  /** Applies the fix that the server knows, or the one that was chosen. */
  onFix?: (finding: { change?: Finding["change"] }) => void;
}

export function FindingsList({ findings, drafted, onGo, onFix }: FindingsProps) {
  const { t } = useLingui();
  const things = useThings(drafted);
  if (findings.length === 0)
    return (
      <p className="q-all-well">
        <CircleCheck size={17} aria-hidden /> {t`Nothing is wrong. The whole workspace was checked.`}
      </p>
    );
  const inOrder = findings.toSorted((one, other) => Number(one.severity === "warning") - Number(other.severity === "warning"));
  return (
    <div className="q-finding-groups">
      {grouped(inOrder).map(({ kind, name, items }) => {
        const thing = things(kind, name);
        return (
          <section key={`${kind}/${name}`} aria-label={thing.label}>
            <h3>
              {thing.label} <small className="q-muted">{thing.kind}</small>
            </h3>
            <ul>
              {items.map((finding) => (
                <FindingPart key={`${finding.place}/${finding.detail}`} finding={finding} drafted={drafted} onGo={onGo} onFix={onFix} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function FindingPart({ finding, drafted, onGo, onFix }: Omit<FindingsProps, "findings"> & { finding: Finding }) {
  const { t } = useLingui();
  const places = usePlaceWords(drafted);
  const isError = finding.severity === "error";
  const place = places(finding.kind, finding.name, finding.place);
  return (
    <li className={`q-finding-part q-finding-${finding.severity}`}>
      {isError ? <CircleAlert size={16} aria-label={t`Problem`} /> : <TriangleAlert size={16} aria-label={t`Warning`} />}
      <div>
        {place && <small className="q-muted">{place}</small>}
        <p>{finding.detail}</p>
        {finding.fix && !finding.detail.includes(finding.fix) && <p className="q-finding-fix">{finding.fix}</p>}
      </div>
      {onFix && finding.change && (
        <Button size="small" icon={<Wrench size={14} aria-hidden />} onClick={() => onFix(finding)}>
          {t`Apply the fix`}
        </Button>
      )}
      {onFix && finding.offers && finding.offers.length > 0 && (
        <Dropdown menu={{ items: finding.offers.map((offer, key) => ({ key, label: offer.label, onClick: () => onFix(offer) })) }} trigger={["click"]}>
          <Button size="small" icon={<ArrowRightLeft size={14} aria-hidden />}>{t`Give them another choice`}</Button>
        </Dropdown>
      )}
      {onGo && (
        <Button size="small" onClick={() => onGo(placeOf(finding))} icon={<ArrowRight size={14} aria-hidden />} iconPlacement="end">
          {t`Go there`}
        </Button>
      )}
    </li>
  );
}

/** Where in the designer it is mended. */
export function placeOf({ kind, name, place }: { kind: string; name: string; place: string }): string {
  const [part, key] = place.split(".");
  const to = `${kind}/${plainName(name)}`;
  if (kind === "object" && part === "fields" && key) return `${to}?field=${encodeURIComponent(key)}`;
  return place ? `${to}?place=${encodeURIComponent(place)}` : to;
}

export function FindingCount({ findings }: { findings: Finding[] }) {
  const errors = findings.filter((finding) => finding.severity === "error").length;
  return <Plural value={errors} one="# problem stands in the way" other="# problems stand in the way" />;
}
