/** Keeping what is seen as a view: for oneself, shared with roles, changed, named, put in order, opened first. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown, Input, Modal, Radio, Select } from "antd";
import { Bookmark } from "lucide-react";
import { useState } from "react";
import { useMe } from "../../shell/session";
import { useDefs } from "../context";
import type { ObjectInfo } from "../definitions";
import type { ListChange, ListState } from "../list/state";
import { isKept, type KeptBody, useFirstView, useKeeping } from "./kept";
import { PLACES } from "./shape";
import { useTabs } from "./ViewTabs";

interface KeepMenuProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

/** What is seen, as a view's properties. */
export function bodyOf(state: ListState, order?: number): KeptBody {
  const places = PLACES.flatMap((place) => (state.shape[place] ? [[place, state.shape[place]] as const] : []));
  const { totals, colours } = state.shape;
  return { kind: state.as, where: state.formula, sort: state.sort, fields: state.columns, ...Object.fromEntries(places), totals, colours, ...(order === undefined ? {} : { order }) };
}

type Asking = "keep" | "name" | null;

export function KeepMenu({ object, state, change }: KeepMenuProps) {
  const { t } = useLingui();
  const { administers } = useMe();
  const keeping = useKeeping(object.name);
  const first = useFirstView(object.name) ?? "";
  const [asking, setAsking] = useState<Asking>(null);
  const view = isKept(state.view) ? state.view : undefined;
  const mayChange = view && (view.kept.mine || administers);
  const own = useTabs(object).filter((each) => isKept(each)).filter((each) => each.kept.mine === view?.kept.mine);
  const at = own.findIndex(({ name }) => name === view?.name);
  const now = state.view?.name ?? "";
  const isFirst = first === now;

  const items = [
    ...(mayChange ? [{ key: "update", label: t`Save what I see to “${view.label}”` }] : []),
    { key: "keep", label: t`Keep as a new view…` },
    ...(now || !isFirst ? [{ key: "first", label: isFirst ? t`Open “All” first` : t`Open this view first` }] : []),
    ...(mayChange
      ? [
          { type: "divider" as const },
          { key: "name", label: administers ? t`Rename or share…` : t`Rename…` },
          { key: "left", label: t`Move to the left`, disabled: at <= 0 },
          { key: "right", label: t`Move to the right`, disabled: at >= own.length - 1 },
          { key: "remove", label: t`Remove “${view.label}”`, danger: true },
        ]
      : []),
  ];

  async function act(key: string): Promise<void> {
    if (key === "keep" || key === "name") setAsking(key);
    else if (key === "first") await keeping.openFirst(isFirst ? "" : now);
    else if (!view) return;
    else if (key === "update") await keeping.change(view, { body: bodyOf(state, view.order) }).then((done) => done && change({ view: view.name }));
    else if (key === "left") await keeping.swap(own, at, at - 1);
    else if (key === "right") await keeping.swap(own, at, at + 1);
    else if (await keeping.remove(view)) {
      if (isFirst) await keeping.openFirst("");
      change({ view: "" });
    }
  }

  async function keep(name: string, roles: string[] | null): Promise<void> {
    if (asking === "name" && view) await keeping.change(view, { name, roles });
    else {
      const made = await keeping.keep(name, bodyOf(state, own.length), roles);
      if (made) change({ view: made });
    }
    setAsking(null);
  }

  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => void act(key) }}>
        <Button type="text" size="small" icon={<Bookmark size={15} aria-hidden />} aria-label={t`Keep this view`} title={t`Keep this view`} />
      </Dropdown>
      {asking && <KeepDialog name={asking === "name" ? (view?.label ?? "") : ""} roles={asking === "name" ? (view?.kept.roles ?? null) : null} isNew={asking === "keep"} onKeep={keep} onClose={() => setAsking(null)} />}
    </>
  );
}

interface KeepDialogProps {
  name: string;
  roles: string[] | null;
  isNew: boolean;
  onKeep: (name: string, roles: string[] | null) => Promise<void>;
  onClose: () => void;
}

function KeepDialog({ name: before, roles: shared, isNew, onKeep, onClose }: KeepDialogProps) {
  const { t } = useLingui();
  const { administers } = useMe();
  const known = useDefs().roles;
  const [name, setName] = useState(before);
  const [roles, setRoles] = useState(shared);
  const whom = roles === null ? "me" : roles.length === 0 ? "all" : "roles";
  const [isByRole, setByRole] = useState(whom === "roles");
  const isReady = name.trim() !== "" && !(isByRole && !roles?.length);
  const save = () => void (isReady && onKeep(name.trim(), roles));
  return (
    <Modal open title={isNew ? t`Keep as a new view` : t`Rename or share`} okText={t`Keep`} okButtonProps={{ disabled: !isReady }} onOk={save} onCancel={onClose}>
      <div className="q-keep">
        <label htmlFor="q-keep-name">{t`Name of the view`}</label>
        <Input id="q-keep-name" autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} onPressEnter={save} />
        {administers && (
          <Radio.Group
            aria-label={t`Who sees it`}
            value={isByRole ? "roles" : whom}
            onChange={({ target }) => {
              setByRole(target.value === "roles");
              setRoles(target.value === "me" ? null : []);
            }}
            options={[
              { value: "me", label: t`Only me` },
              { value: "all", label: t`Everybody` },
              { value: "roles", label: t`People with these roles` },
            ]}
          />
        )}
        {isByRole && <Select mode="multiple" aria-label={t`Roles`} value={roles ?? []} options={known.map((role) => ({ value: role.name, label: role.label }))} onChange={setRoles} />}
        <p className="q-muted">{t`A view keeps filters, columns, order, colours and kind. It gives nobody a right: everyone sees in it only what they may see anyway.`}</p>
      </div>
    </Modal>
  );
}
