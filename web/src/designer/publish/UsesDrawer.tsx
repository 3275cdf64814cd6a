/** “What uses this?”: grouped sentences, each a way to the place. Removing asks here first. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { ArrowRight, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { get } from "../../kit/api";
import { Bones, Failed } from "../../kit/states";
import { placeOf } from "./FindingsList";
import { grouped } from "./publishing";
import { splitField, usePlaceWords, useThings } from "./things";
import "./publish.css";

export interface Use {
  kind: string;
  name: string;
  place: string;
}

export interface Lineage {
  used_by: Use[];
  uses: Use[];
}

/** Of a draft: as the draft has it, where the server can tell. */
export function useLineage(kind: string, name: string, draft: number | null = null) {
  return useQuery({
    queryKey: ["lineage", kind, name, draft],
    queryFn: ({ signal }) => get<Lineage>(`/api/lineage/${kind}/${name}`, undefined, signal, draft),
    retry: false,
    staleTime: 10_000,
  });
}

interface UsesProps {
  kind: string;
  name: string;
  label: string;
  /** Links lead into this draft. */
  draft?: number | null;
  onClose: () => void;
  /** Removing it: allowed once nothing uses it but what ends with it. */
  onRemove?: () => void;
  /** Uses that end by themselves when it is removed: a place on its own form, a column of its own list. */
  goesAlong?: (use: Use) => boolean;
}

export function UsesDrawer({ kind, name, label, draft = null, onClose, onRemove, goesAlong = () => false }: UsesProps) {
  const { t } = useLingui();
  const { data, error, refetch } = useLineage(kind, name, draft);
  const isUsed = data?.used_by.some((use) => !goesAlong(use)) ?? false;
  return (
    <Drawer
      open
      onClose={onClose}
      size={500}
      title={onRemove ? t`Remove “${label}”?` : t`What uses “${label}”?`}
      footer={
        onRemove &&
        data && (
          <div className="q-publish-foot">
            <p>{isUsed ? t`It can't be removed while something uses it. Change those places first.` : t`What it holds is kept aside when you publish, and can be brought back.`}</p>
            <Button danger type="primary" disabled={isUsed} onClick={onRemove}>{t`Remove`}</Button>
          </div>
        )
      }
    >
      {error ? <Failed error={error} retry={refetch} /> : data ? <Uses lineage={data} draft={draft} onClose={onClose} goesAlong={onRemove && goesAlong} /> : <Bones lines={5} title={false} />}
    </Drawer>
  );
}

function Uses({ lineage, draft, onClose, goesAlong }: Pick<UsesProps, "goesAlong"> & { lineage: Lineage; draft: number | null; onClose: () => void }) {
  const { t } = useLingui();
  const [along, staying] = [true, false].map((goes) => lineage.used_by.filter((use) => (goesAlong?.(use) ?? false) === goes)) as [Use[], Use[]];
  return (
    <>
      {lineage.used_by.length === 0 ? (
        <p className="q-all-well">
          <CircleCheck size={17} aria-hidden /> {t`Nothing uses it.`}
        </p>
      ) : (
        <>
          {staying.length > 0 && <UseList title={<Plural value={staying.length} one="Used in # place" other="Used in # places" />} uses={staying} draft={draft} onClose={onClose} />}
          {along.length > 0 && <UseList title={t`Taken off with it`} uses={along} draft={draft} onClose={onClose} />}
        </>
      )}
      {lineage.uses.length > 0 && <UseList title={t`It uses`} uses={lineage.uses} draft={draft} onClose={onClose} isUsing />}
    </>
  );
}

interface UseListProps {
  title: ReactNode;
  uses: Use[];
  draft: number | null;
  onClose: () => void;
  isUsing?: boolean;
}

function UseList({ title, uses, draft, onClose, isUsing }: UseListProps) {
  const things = useThings();
  const sentence = useSentence();
  return (
    <section className="q-publish-part">
      <h2>{title}</h2>
      <div className="q-uses">
        {grouped(uses.map(underObject)).map(({ kind, name, items }) => (
          <section key={`${kind}/${name}`} aria-label={things(kind, name).label}>
            <h3>
              {things(kind, name).label} <small className="q-muted">{things(kind, name).kind}</small>
            </h3>
            <ul>
              {items.map((use) => (
                <li key={`${use.kind}/${use.name}/${use.place}/${use.field ?? ""}`}>
                  <ArrowRight size={13} aria-hidden />
                  {MENDED.has(use.kind) ? (
                    <Link to={`/design/${draft ?? ""}/${placeOf(use.field ? { ...use, place: `fields.${use.field}.${use.place}` } : use)}`.replace("//", "/")} onClick={onClose}>
                      {sentence(use, isUsing)}
                    </Link>
                  ) : (
                    <span>{sentence(use, isUsing)}</span>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  );
}

/** Operations are code: there is nothing to open. */
const MENDED = new Set(["object", "view", "role", "home", "print", "app", "form"]);

interface Placed extends Use {
  field?: string;
}

/** A field stands under its object. */
function underObject(use: Use): Placed {
  if (use.kind !== "field") return use;
  const [object, field] = splitField(use.name);
  return { kind: "object", name: object, place: use.place, field };
}

function useSentence(): (use: Placed, isUsing?: boolean) => string {
  const { t } = useLingui();
  const things = useThings();
  const places = usePlaceWords();
  return (use, isUsing) => {
    const field = use.field ? things("field", `${use.name}.${use.field}`).label : "";
    if (isUsing) return field || things(use.kind, use.name).label;
    if (field) {
      if (use.place === "formula") return t`“${field}” is computed from it`;
      if (use.place === "default") return t`“${field}” takes its default from it`;
      if (use.place === "filter") return t`“${field}” offers only what fits it`;
      if (use.place === "to") return t`“${field}” links to it`;
      if (use.place === "of") return t`“${field}” are its lines`;
      if (use.place === "currency") return t`“${field}” takes its currency from it`;
      return `${field} · ${places("field", use.name, use.place)}`;
    }
    if (use.place === "object") return t`shows it`;
    if (use.place === "fields") return t`shows it as a column`;
    if (use.place === "where") return t`chooses records by it`;
    if (use.place === "sort") return t`sorts by it`;
    if (use.place === "group") return t`groups by it`;
    if (use.place === "on") return t`works on it`;
    if (use.place === "performs") return t`performs it`;
    if (use.place === "operations") return t`may perform it`;
    if (use.kind === "role" && use.place === "objects") return t`has rights on it`;
    return places(use.kind, use.name, use.place) || things(use.kind, use.name).label;
  };
}
