import { useLingui } from "@lingui/react/macro";
import { useDefs } from "../context";
import type { ObjectInfo } from "../definitions";
import type { ListChange, ListState } from "./state";

interface ViewTabsProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

/** The saved views of an object; each is an address, so the browser's back leads between them. */
export function ViewTabs({ object, state, change }: ViewTabsProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const views = object.views.flatMap((name) => definitions.views[name] ?? []).sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
  if (views.length === 0) return null;
  const items = [{ name: "", label: t`All` }, ...views];
  return (
    <nav className="q-view-tabs" aria-label={t`Views`}>
      {items.map((view) => {
        const isOn = (state.view?.name ?? "") === view.name;
        return (
          <button key={view.name} type="button" aria-current={isOn ? "true" : undefined} className={isOn ? "q-on" : ""} onClick={() => change({ view: view.name })}>
            {view.label}
          </button>
        );
      })}
    </nav>
  );
}
