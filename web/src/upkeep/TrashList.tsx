/** The trash of an object: what lies in it, who threw it away and when; one, several or all come back. */
import { plural } from "@lingui/core/macro";
import { Plural, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { freshKey, post } from "../kit/api";
import { showDecimal } from "../kit/decimal";
import { inSentence } from "../kit/i18n";
import { useNotices } from "../kit/notices";
import { Bones, Failed } from "../kit/states";
import { showAgo, showMoment } from "../kit/time";
import { fieldAt, isLink, type ObjectInfo, type RecordAnswer, recordPath } from "../records/definitions";
import { useDefs } from "../records/context";
import { kindOf } from "../records/fields/registry";
import { NothingHere } from "../records/list/NothingHere";
import type { ListChange, ListState } from "../records/list/state";
import { askedFields, titleOf, useRecordList } from "../records/query";
import { refreshAfterWrite } from "../records/writes";
import "./upkeep.css";

interface TrashListProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

export default function TrashList({ object, state, change }: TrashListProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const paths = [object.title, object.subtitle, "trashed_at", "changed_by"].filter((path): path is string => Boolean(path && fieldAt(definitions, object, path)));
  const list = useRecordList({ object: object.name, where: state.formula, search: state.search, sort: "-trashed_at", fields: askedFields(object, paths, definitions), trash: true });
  const restore = useRestore(object, () => setChosen(new Set()));
  if (list.isPending) return <Bones lines={8} title={false} />;
  if (list.isError) return <Failed error={list.error} retry={() => list.refetch()} />;
  if (list.rows.length === 0) return <NothingHere object={object} state={state} change={change} />;
  const there = list.rows.filter((row) => chosen.has(row.id));
  const all = there.length === list.rows.length;
  return (
    <section className="q-trash" aria-labelledby="q-trash-title">
      <header>
        <Trash2 size={18} aria-hidden />
        <h2 id="q-trash-title">{t`Trash of ${inSentence(object.plural)}`}</h2>
        <span className="q-muted" aria-live="polite">
          {list.count && (list.count.exact ? <Plural value={list.count.value} one="# record" other="# records" /> : t`more than ${showDecimal(list.count.value)} records`)}
        </span>
        <span className="q-grow" />
        <Button onClick={() => change({ trash: false })}>{t`Leave the trash`}</Button>
      </header>
      <div className="q-trash-bar" role="toolbar" aria-label={t`With the chosen records`}>
        <Checkbox checked={all} indeterminate={there.length > 0 && !all} onChange={({ target }) => setChosen(new Set(target.checked ? list.rows.map(({ id }) => id) : []))}>
          {there.length > 0 ? t`${there.length} chosen` : t`Choose all`}
        </Checkbox>
        <Button type="primary" size="small" disabled={there.length === 0} loading={restore.isBusy} icon={<RotateCcw size={14} aria-hidden />} onClick={() => void restore.bring(there.map(({ id }) => id))}>
          {t`Bring back the chosen`}
        </Button>
      </div>
      <ul>
        {list.rows.map((row) => (
          <TrashRow
            key={row.id}
            object={object}
            row={row}
            isChosen={chosen.has(row.id)}
            onChoose={(on) => setChosen((now) => new Set(on ? [...now, row.id] : [...now].filter((id) => id !== row.id)))}
            onRestore={() => void restore.bring([row.id])}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
          {t`Show older`}
        </Button>
      )}
    </section>
  );
}

interface TrashRowProps {
  object: ObjectInfo;
  row: RecordAnswer;
  isChosen: boolean;
  onChoose: (on: boolean) => void;
  onRestore: () => void;
}

function TrashRow({ object, row, isChosen, onChoose, onRestore }: TrashRowProps) {
  const { t } = useLingui();
  const title = titleOf(object, row);
  const by = row["changed_by._label"] as string | undefined;
  const at = String(row.trashed_at ?? "");
  return (
    <li>
      <Checkbox checked={isChosen} aria-label={t`Choose ${title}`} onChange={({ target }) => onChoose(target.checked)} />
      <div className="q-trash-words">
        <Link to={recordPath(object.name, row.id)}>{title}</Link>
        <SecondLine object={object} row={row} />
        {at && (
          <small className="q-muted" title={showMoment(at)}>
            {by ? t`Thrown away by ${by}, ${showAgo(at)}` : t`Thrown away ${showAgo(at)}`}
          </small>
        )}
      </div>
      <Button size="small" icon={<RotateCcw size={14} aria-hidden />} aria-label={t`Bring back ${title}`} onClick={onRestore}>
        <span className="q-desk-only">{t`Bring back`}</span>
      </Button>
    </li>
  );
}

function SecondLine({ object, row }: { object: ObjectInfo; row: RecordAnswer }) {
  const field = object.subtitle ? fieldAt(useDefs(), object, object.subtitle) : undefined;
  const words = field && (isLink(field) ? (row[`${field.name}._label`] as string | undefined) : kindOf(field).text(row[field.name], field, row));
  return words ? <span className="q-ellipsis">{words}</span> : null;
}

function useRestore(object: ObjectInfo, onDone: () => void) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const [isBusy, setBusy] = useState(false);

  async function bring(ids: number[]): Promise<void> {
    setBusy(true);
    try {
      const { restored } = await post<{ restored: number }>(`/api/bulk/${object.name}/restore`, { ids }, freshKey());
      notices.done(t`${plural(restored, { one: "# record brought back", other: "# records brought back" })}`);
      onDone();
    } catch (error) {
      notices.problem(error);
    }
    setBusy(false);
    await refreshAfterWrite(client);
  }

  return { bring, isBusy };
}
