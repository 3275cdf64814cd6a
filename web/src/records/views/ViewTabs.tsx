/** The views of an object in one bar: shipped, shared, one's own. Each is an address; what doesn't fit is behind “more”. */
import { useLingui } from "@lingui/react/macro";
import { Dropdown } from "antd";
import { ChevronDown, House, User, Users } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { useDefs } from "../context";
import type { ObjectInfo, ViewInfo } from "../definitions";
import type { ListChange, ListState } from "../list/state";
import { KeepMenu } from "./KeepMenu";
import { isKept, type Kept, useFirstView, useKeptViews } from "./kept";

interface ViewTabsProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
}

export function useTabs(object: ObjectInfo): (ViewInfo | Kept)[] {
  const definitions = useDefs();
  const kept = useKeptViews(object.name).data ?? [];
  const shipped = object.views.flatMap((name) => definitions.views[name] ?? []);
  const inOrder = <T extends ViewInfo>(views: T[]): T[] => views.toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
  return [...inOrder(shipped), ...inOrder(kept.filter((view) => !view.kept.mine)), ...inOrder(kept.filter((view) => view.kept.mine))];
}

export function ViewTabs({ object, state, change }: ViewTabsProps) {
  const { t } = useLingui();
  const first = useFirstView(object.name);
  const items: { name: string; label: string; view?: ViewInfo | Kept }[] = [{ name: "", label: t`All` }, ...useTabs(object).map((view) => ({ name: view.name, label: view.label, view }))];
  const bar = useRef<HTMLElement>(null);
  const fits = useFitting(bar, items.map(({ label }) => label).join("\n"));
  const now = state.view?.name ?? "";
  const at = items.findIndex(({ name }) => name === now);
  const shown = at < fits ? items.slice(0, fits) : [...items.slice(0, fits - 1), items[at]!];
  const rest = items.filter((item) => !shown.includes(item));
  return (
    <div className="q-view-bar">
      <nav ref={bar} className="q-view-tabs" aria-label={t`Views`}>
        {shown.map(({ name, label, view }) => (
          <button key={name} type="button" aria-current={now === name ? "true" : undefined} className={now === name ? "q-on" : ""} onClick={() => change({ view: name })}>
            <Mark view={view} isFirst={first === name && name !== ""} />
            {label}
          </button>
        ))}
      </nav>
      {rest.length > 0 && (
        <Dropdown trigger={["click"]} menu={{ items: rest.map(({ name, label, view }) => ({ key: `to ${name}`, label, icon: <Mark view={view} isFirst={first === name} /> })), onClick: ({ key }) => change({ view: key.slice(3) }), className: "q-tall-menu" }}>
          <button type="button" className="q-view-more" aria-label={t`More views`}>
            {rest.length} <ChevronDown size={14} aria-hidden />
          </button>
        </Dropdown>
      )}
      <KeepMenu object={object} state={state} change={change} />
    </div>
  );
}

function Mark({ view, isFirst }: { view?: ViewInfo | Kept; isFirst: boolean }) {
  const { t } = useLingui();
  if (isFirst) return <House size={13} role="img" aria-label={t`Opens first`} />;
  if (!isKept(view)) return null;
  return view.kept.roles === null ? <User size={13} role="img" aria-label={t`My own`} /> : <Users size={13} role="img" aria-label={t`Shared`} />;
}

/** How many tabs the bar has room for, measured on the tabs themselves. */
function useFitting(bar: React.RefObject<HTMLElement | null>, labels: string): number {
  const [fits, setFits] = useState(Number.MAX_SAFE_INTEGER);
  useLayoutEffect(() => {
    const element = bar.current!;
    let widths: number[] | undefined;
    setFits(Number.MAX_SAFE_INTEGER);
    const measure = (): void => {
      widths ??= [...element.children].map((tab) => (tab as HTMLElement).offsetWidth + 2);
      let used = 0;
      const count = widths.findIndex((width) => (used += width) > element.clientWidth);
      setFits(count < 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, count));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [bar, labels]);
  return fits;
}
