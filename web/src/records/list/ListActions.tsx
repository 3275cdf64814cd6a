import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Popover } from "antd";
import { Columns3, Download, DraftingCompass, EllipsisVertical, FileUp, Merge, MessageSquarePlus, PencilLine, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate } from "react-router";
import { duplicatesPath, mayChangeMany, mayUnite } from "../../upkeep/upkeep";
import { address } from "../../kit/api";
import { useIsPhone } from "../../kit/media";
import { useMe } from "../../shell/session";
import { askToSuggest } from "../../suggest/asking";
import { fieldOf, type ObjectInfo, objectPath } from "../definitions";
import { ColumnChooser } from "./ColumnChooser";
import type { ListChange, ListState } from "./state";
import { KindSwitch } from "../views/KindSwitch";
import { ViewSettings } from "../views/ViewSettings";
import { inSentence } from "../../kit/i18n";

const BulkDialog = lazy(() => import("../../upkeep/BulkDialog"));

interface ListActionsProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

export function ListActions({ object, state, change }: ListActionsProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const canCreate = object.may.create && object.creatable !== false;
  return (
    <>
      <KindSwitch object={object} state={state} change={change} />
      {!isPhone && state.as !== "calendar" && (
        <Popover trigger="click" placement="bottomRight" content={<ColumnChooser object={object} columns={state.columns} onChange={(columns) => change({ columns })} />}>
          <Button icon={<Columns3 size={16} aria-hidden />}>{t`Columns`}</Button>
        </Popover>
      )}
      <ViewSettings object={object} state={state} change={change} />
      <MoreMenu object={object} state={state} change={change} />
      {canCreate && (
        <Link to={`${objectPath(object.name)}/new`}>
          <Button type="primary" icon={<Plus size={16} aria-hidden />} tabIndex={-1}>
            {isPhone ? t`New` : t`New ${inSentence(object.label)}`}
          </Button>
        </Link>
      )}
    </>
  );
}

function MoreMenu({ object, state, change }: ListActionsProps) {
  const { t } = useLingui();
  const me = useMe();
  const [isChanging, setChanging] = useState(false);
  const navigate = useNavigate();
  const exportTo = (format: string) =>
    address(`/api/exports/${object.name}`, {
      ...(format === "names" ? { format: "csv", headings: "names" } : { format, fields: shown() }),
      where: state.formula,
      sort: state.sort,
      search: state.search,
    });
  const shown = () => state.columns.map((path) => (fieldOf(object, path)?.type === "link" ? `${path}._label` : path)).join(",");
  const items = [
    ...(object.may.export !== false
      ? [
          { key: "xlsx", label: t`Export as Excel`, icon: <Download size={15} aria-hidden /> },
          { key: "csv", label: t`Export as CSV`, icon: <Download size={15} aria-hidden /> },
          { key: "names", label: t`Export all fields, to import elsewhere`, icon: <Download size={15} aria-hidden /> },
        ]
      : []),
    ...(object.may.create && object.creatable !== false ? [{ key: "import", label: t`Import a spreadsheet`, icon: <FileUp size={15} aria-hidden /> }] : []),
    ...(mayChangeMany(object) ? [{ key: "bulk", label: t`Change many records`, icon: <PencilLine size={15} aria-hidden /> }] : []),
    ...(mayUnite(object) ? [{ key: "duplicates", label: t`Find duplicates`, icon: <Merge size={15} aria-hidden /> }] : []),
    ...(me.administers
      ? [
          { key: "design", label: t`Edit this form`, icon: <DraftingCompass size={15} aria-hidden /> },
          { key: "views", label: t`Edit lists and columns`, icon: <DraftingCompass size={15} aria-hidden /> },
        ]
      : []),
    { key: "suggest", label: t`Suggest a change`, icon: <MessageSquarePlus size={15} aria-hidden /> },
    ...(object.may.remove ? [{ key: "trash", label: state.trash ? t`Leave the trash` : t`Show the trash`, icon: <Trash2 size={15} aria-hidden /> }] : []),
  ];

  function act(key: string): void {
    if (key === "trash") change({ trash: !state.trash, open: null });
    else if (key === "bulk") setChanging(true);
    else if (key === "duplicates") navigate(duplicatesPath(object));
    else if (key === "suggest") askToSuggest({ object: object.name });
    else if (key === "design") navigate(`/design/object/${object.name}`);
    else if (key === "views") navigate(`/design/object/${object.name}?part=views`);
    else if (key === "import") navigate(`/import/${object.name.replace(".", "/")}`);
    else window.location.assign(exportTo(key));
  }

  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => act(key) }}>
        <Button icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More for this list`} />
      </Dropdown>
      {isChanging && (
        <Suspense>
          <BulkDialog object={object} chosen={[]} fitting={{ where: state.formula, search: state.search }} onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
