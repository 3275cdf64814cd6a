/** Every word of an app in both languages, side by side: gaps are filled here in one go. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Input, Segmented } from "antd";
import { CircleCheck, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { ScrollX } from "../../kit/ScrollX";
import { EmptyState } from "../../kit/states";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import { usePlaceWords, useThings } from "../publish/things";
import type { Words } from "../words";
import { isHalf, keyOf, reworded, type Wording, wordingsOf } from "./wording";

const SHOWN = 100;

export function WordsTable({ app }: { app: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const all = wordingsOf(definitions, app);
  // What lacked a language when the page opened stays in sight while it is being filled.
  const [lacking] = useState(() => new Set(all.filter(isHalf).map(keyOf)));
  const [isAll, setAll] = useState(lacking.size === 0);
  const [asked, setAsked] = useState("");
  const [most, setMost] = useState(SHOWN);
  if (!bodyOf(definitions, "app", app)) return <EmptyState title={t`Not here`}>{t`This app is not in the draft.`}</EmptyState>;
  const wanted = asked.trim().toLowerCase();
  const found = all.filter((each) => (isAll || lacking.has(keyOf(each))) && (!wanted || `${each.words.en ?? ""} ${each.words.zh ?? ""}`.toLowerCase().includes(wanted)));
  const left = all.filter(isHalf).length;
  return (
    <div className="q-design-page">
      <div className="q-design-head">
        <div>
          <h2>{t`Words of ${labelOf(bodyOf(definitions, "app", app), app)}`}</h2>
          <p className="q-muted">
            {left === 0 ? t`Everything is there in both languages.` : <Plural value={left} one="# is there in one language only; who reads the other one sees it too." other="# are there in one language only; who reads the other one sees them too." />}
          </p>
        </div>
      </div>
      <div className="q-words-tools">
        <Segmented aria-label={t`Which words`} value={isAll} onChange={setAll} options={[{ value: false, label: t`Gaps (${lacking.size})` }, { value: true, label: t`All (${all.length})` }]} />
        <Input allowClear prefix={<Search size={15} aria-hidden />} aria-label={t`Find words`} placeholder={t`Find words`} value={asked} onChange={(event) => setAsked(event.target.value)} />
      </div>
      {found.length === 0 ? (
        <p className="q-all-well">
          <CircleCheck size={17} aria-hidden /> {wanted ? t`No such words.` : t`Nothing is missing.`}
        </p>
      ) : (
        <ScrollX label={t`Words in both languages`}>
          <table className="q-table q-words-table">
            <thead>
              <tr>
                <th scope="col">{t`Where it stands`}</th>
                <th scope="col">中文</th>
                <th scope="col">English</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, most).map((wording) => (
                <WordsRow key={keyOf(wording)} wording={wording} />
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {found.length > most && (
        <Button onClick={() => setMost(most + SHOWN)}>
          {t`Show more (${found.length - most})`}
        </Button>
      )}
    </div>
  );
}

function WordsRow({ wording }: { wording: Wording }) {
  const { t } = useLingui();
  const { definitions, store, act } = useDesign();
  const things = useThings(definitions);
  const places = usePlaceWords(definitions);
  const { kind, name, path, words } = wording;
  const thing = useMemo(() => things(kind, name), [things, kind, name]);
  function write(language: keyof Words, text: string): void {
    const body = store.body(kind, name);
    const other = language === "zh" ? "en" : "zh";
    const news = text || !words[other] ? { ...words, [language]: text } : { [other]: words[other] };
    if (body) act(t`Change words`, [{ kind, name, body: reworded(body, path, news) }], `words ${keyOf(wording)} ${language}`);
  }
  return (
    <tr>
      <td>
        {thing.label} <small className="q-muted">{thing.kind}</small>
        <br />
        <small className="q-muted">{places(kind, name, path.join("."))}</small>
      </td>
      {(["zh", "en"] as const).map((language) => (
        <td key={language}>
          <Input
            status={words[language] ? undefined : "warning"}
            aria-label={`${words.zh ?? words.en ?? ""} · ${language === "zh" ? "中文" : "English"}`}
            value={words[language] ?? ""}
            onChange={(event) => write(language, event.target.value)}
          />
        </td>
      ))}
    </tr>
  );
}
