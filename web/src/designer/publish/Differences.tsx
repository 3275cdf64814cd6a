/** What differs between two states of all definitions, in the server's sentences: by app and thing. */
import { useLingui } from "@lingui/react/macro";
import { useThings } from "./things";

export interface Told {
  app: string;
  kind: string;
  name: string;
  label: string;
  sentences: { property: string; text: string }[];
}

export function Differences({ told }: { told: Told[] }) {
  const { t } = useLingui();
  const things = useThings();
  if (told.length === 0) return <p className="q-muted">{t`Nothing differs.`}</p>;
  return (
    <div className="q-finding-groups">
      {told.map(({ app, kind, name, label, sentences }) => (
        <section key={`${kind}/${name}`} aria-label={label}>
          <h3>
            {label} <small className="q-muted">{things(kind, name).kind} · {things("app", app).label}</small>
          </h3>
          <ul>
            {sentences.map(({ property, text }) => (
              <li key={property} className="q-difference">
                {text}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
