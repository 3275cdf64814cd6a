import { useLingui } from "@lingui/react/macro";
import { Button, Space } from "antd";
import { Link } from "react-router";
import { EmptyState } from "../../kit/states";
import { type ObjectInfo, objectPath } from "../definitions";
import type { ListChange, ListState } from "./state";
import { inSentence } from "../../kit/i18n";

interface NothingHereProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

/** Says why the list is empty and what can be done about it. */
export function NothingHere({ object, state, change }: NothingHereProps) {
  const { t } = useLingui();
  const isFiltered = state.conditions.length > 0 || Boolean(state.search || state.where);
  const canCreate = object.may.create && object.creatable !== false;
  if (state.trash)
    return (
      <EmptyState title={t`The trash is empty`} action={<Button onClick={() => change({ trash: false })}>{t`Leave the trash`}</Button>}>
        {t`What is removed waits here and can be brought back.`}
      </EmptyState>
    );
  if (isFiltered)
    return (
      <EmptyState
        title={t`No ${inSentence(object.plural)} fit`}
        action={<Button onClick={() => change({ conditions: [], where: "", named: "", search: "" })}>{t`Clear filters`}</Button>}
      >
        {t`Loosen a filter or search for less: a number, a part of a name, or its pinyin will do.`}
      </EmptyState>
    );
  if (state.view?.where) return <EmptyState title={t`Nothing waits here`}>{t`Records that fit “${state.view.label}” show up by themselves.`}</EmptyState>;
  return (
    <EmptyState
      title={t`No ${inSentence(object.plural)} yet`}
      action={
        canCreate && (
          <Space>
            <Link to={`${objectPath(object.name)}/new`}>
              <Button type="primary" tabIndex={-1}>{t`New ${inSentence(object.label)}`}</Button>
            </Link>
            <Link to={`/import/${object.name.replace(".", "/")}`}>
              <Button tabIndex={-1}>{t`Import a spreadsheet`}</Button>
            </Link>
          </Space>
        )
      }
    >
      {canCreate ? t`Write the first one, or bring them from a spreadsheet.` : t`They are made by other steps of the work and show up here by themselves.`}
    </EmptyState>
  );
}
