/** What waits for this person, and for those who steer, the figures with their formulas. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Popover } from "antd";
import { CircleCheck, Inbox, Sigma } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { get } from "../kit/api";
import { withWords } from "../kit/i18n";
import { currencySign, showDecimal } from "../kit/decimal";
import { NamedIcon } from "../kit/icons";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../kit/states";
import type { Tone } from "../kit/theme";
import { useDefs, useKnown } from "../records/context";
import { objectPath } from "../records/definitions";
import { useWaiting } from "../work/told";
import { useMe } from "./session";

interface Card {
  name: string;
  label: string;
  object: string;
  where: string;
  sort?: string;
  count: number;
  exact: boolean;
  tone?: Tone;
}

interface Tile {
  name: string;
  label: string;
  value: string | number | null;
  unit: "number" | "percent" | "money" | "hours" | "days";
  formula: string;
  explain?: string;
  period_days: number;
  object: string;
  where: string;
  rows?: number;
}

const Advisor = lazy(() => withWords(() => import("../advisor/AdvisorPage")));
const BEFORE_ANY_APP = ["base", "flow"];

/** Who may install apps is asked where to begin while there are none. */
export function Component() {
  const me = useMe();
  const { apps } = useDefs();
  const isEmpty = me.administers && apps.every((app) => BEFORE_ANY_APP.includes(app.name));
  return isEmpty ? (
    <Suspense fallback={<Bones lines={8} />}>
      <Advisor />
    </Suspense>
  ) : (
    <Home />
  );
}

function Home() {
  const { t } = useLingui();
  const me = useMe();
  const home = useQuery({
    queryKey: ["home"],
    queryFn: ({ signal }) => get<{ cards: Card[]; tiles: Tile[] }>("/api/home", undefined, signal),
    staleTime: 15_000,
  });
  return (
    <div className="q-home">
      <PageTitle title={t`Good day, ${me.name}`} />
      <Waiting />
      {home.isPending ? <Bones lines={4} title={false} /> : home.isError ? <Failed error={home.error} retry={() => home.refetch()} /> : <Body {...home.data} />}
    </div>
  );
}

/** What others wait for me to decide, do or read. */
function Waiting() {
  const count = useWaiting();
  if (count === 0) return null;
  return (
    <Link to="/work" className="q-waiting">
      <Inbox size={17} aria-hidden />
      <Plural value={count} one="# task waits for you" other="# tasks wait for you" />
    </Link>
  );
}

function Body({ cards, tiles }: { cards: Card[]; tiles: Tile[] }) {
  const { t } = useLingui();
  if (cards.length + tiles.length === 0)
    return (
      <EmptyState title={t`Nothing is set up for your role yet`}>
        {t`Pick an app from the menu, or press Ctrl K to find a record or do something.`}
      </EmptyState>
    );
  return (
    <>
      {tiles.length > 0 && (
        <section aria-label={t`Figures`}>
          <h2>{t`Figures`}</h2>
          <div className="q-tiles">
            {tiles.map((tile) => (
              <TilePart key={tile.name} tile={tile} />
            ))}
          </div>
        </section>
      )}
      {cards.length > 0 && (
        <section aria-label={t`Waiting for you`}>
          <h2>{t`Waiting for you`}</h2>
          <div className="q-cards">
            {cards.map((card) => (
              <CardPart key={card.name} card={card} />
            ))}
          </div>
          {cards.every((card) => card.count === 0) && (
            <p className="q-muted q-all-done">
              <CircleCheck size={16} aria-hidden /> {t`All done. New work shows up here by itself.`}
            </p>
          )}
        </section>
      )}
    </>
  );
}

/** The list behind a figure: its condition travels in the address and is shown as one named filter. */
function listBehind(object: string, where: string, label: string, sort?: string): string {
  const search = new URLSearchParams();
  if (where) search.set("where", where);
  if (where) search.set("named", label);
  if (sort) search.set("sort", sort);
  const text = search.toString();
  return objectPath(object) + (text ? `?${text}` : "");
}

function CardPart({ card }: { card: Card }) {
  return (
    <Link
      to={listBehind(card.object, card.where, card.label, card.sort)}
      className={`q-card q-card-${card.count > 0 ? (card.tone ?? "neutral") : "none"}`}
    >
      <span className="q-card-icon">
        <NamedIcon object={card.object} size={18} />
      </span>
      <span className="q-card-label">{card.label}</span>
      <strong className="q-card-count">
        {showDecimal(card.count)}
        {card.exact === false && "+"}
      </strong>
    </Link>
  );
}

function TilePart({ tile }: { tile: Tile }) {
  const { t } = useLingui();
  const period = tile.period_days > 0 ? t`last ${tile.period_days} days` : t`now`;
  const about = (
    <div className="q-tile-about">
      {tile.explain && <p>{tile.explain}</p>}
      <dl>
        <dt>{t`Formula`}</dt>
        <dd>
          <code>{tile.formula}</code>
        </dd>
        {tile.where && (
          <>
            <dt>{t`Of`}</dt>
            <dd>
              <code>{tile.where}</code>
            </dd>
          </>
        )}
        <dt>{t`Period`}</dt>
        <dd>{period}</dd>
      </dl>
    </div>
  );
  return (
    <article className="q-tile">
      <header>
        <h3>{tile.label}</h3>
        <Popover content={about} trigger="click" placement="bottomRight">
          <Button type="text" size="small" aria-label={t`How ${tile.label} is computed`} icon={<Sigma size={15} aria-hidden />} />
        </Popover>
      </header>
      <Link to={listBehind(tile.object, tile.where, tile.label)} className="q-tile-value">
        <TileValue tile={tile} />
      </Link>
      <p className="q-muted">
        {period}
        {tile.rows !== undefined && <>
            {" "}
            · <Plural value={tile.rows} one="# row" other="# rows" />
          </>}
      </p>
    </article>
  );
}

function TileValue({ tile }: { tile: Tile }) {
  const { t } = useLingui();
  const { currency } = useKnown();
  if (tile.value === null || tile.value === "") return <span>–</span>;
  const places = { number: 1, percent: 1, money: 2, hours: 1, days: 1 }[tile.unit];
  const rounded = showDecimal(tile.value, places);
  const shown = tile.unit === "money" ? rounded : rounded.replace(/\.0+$/, "");
  const unit = { number: "", percent: "%", money: "", hours: t`hours`, days: t`days` }[tile.unit];
  return (
    <span>
      {tile.unit === "money" && <small>{currencySign(currency)}</small>}
      {shown}
      {unit && <small> {unit}</small>}
    </span>
  );
}
