import { useLingui } from "@lingui/react/macro";
import { Tooltip } from "antd";
import { ChevronDown, DraftingCompass, House, Inbox, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation, useSearchParams } from "react-router";
import { NamedIcon } from "../kit/icons";
import { useSetting } from "../kit/settings";
import { useDefs } from "../records/context";
import { activeEntry, type Section, sectionsOf } from "./menu";
import { useWaiting } from "../work/told";
import { useMe } from "./session";

export function AppMenu({ isFolded = false }: { isFolded?: boolean }) {
  const { t } = useLingui();
  const me = useMe();
  const definitions = useDefs();
  const sections = sectionsOf(definitions);
  const { pathname } = useLocation();
  const [search] = useSearchParams();
  const active = activeEntry(sections, pathname, search.get("view"));
  return (
    <nav className="q-menu" aria-label={t`Apps`}>
      <Item to="/" icon={<House size={17} strokeWidth={1.75} aria-hidden />} label={t`Home`} isActive={pathname === "/"} isFolded={isFolded} />
      {definitions.objects["flow.task"] && <MyWork isActive={pathname.startsWith("/work")} isFolded={isFolded} />}
      {sections.map((section) => (
        <SectionPart key={section.name} section={section} active={active?.key} isFolded={isFolded} />
      ))}
      {me.administers && (
        <div className="q-menu-end">
          <Item to="/design" icon={<DraftingCompass size={17} strokeWidth={1.75} aria-hidden />} label={t`Designer`} isActive={pathname.startsWith("/design")} isFolded={isFolded} />
          <Item
            to="/admin"
            icon={<ShieldCheck size={17} strokeWidth={1.75} aria-hidden />}
            label={t`Administration`}
            isActive={pathname.startsWith("/admin")}
            isFolded={isFolded}
          />
        </div>
      )}
    </nav>
  );
}

/** What waits for me, in all apps. */
function MyWork({ isActive, isFolded }: { isActive: boolean; isFolded: boolean }) {
  const { t } = useLingui();
  const waiting = useWaiting();
  return <Item to="/work" icon={<Inbox size={17} strokeWidth={1.75} aria-hidden />} label={t`My work`} isActive={isActive} isFolded={isFolded} count={waiting} />;
}

function SectionPart({ section, active, isFolded }: { section: Section; active?: string; isFolded: boolean }) {
  const [closed, setClosed] = useSetting<string[]>("menu.closed", []);
  const isOpen = isFolded || !closed.includes(section.name);
  const toggle = () => setClosed(isOpen ? [...closed, section.name] : closed.filter((name) => name !== section.name));
  return (
    <section className="q-menu-section">
      {isFolded ? (
        <hr />
      ) : (
        <button type="button" className="q-menu-title" aria-expanded={isOpen} onClick={toggle}>
          {section.label}
          <ChevronDown size={14} aria-hidden className={isOpen ? "" : "q-turned"} />
        </button>
      )}
      {isOpen &&
        section.entries.map((entry) => (
          <Item
            key={entry.key}
            to={entry.to}
            icon={<NamedIcon name={entry.icon} object={entry.object} app={section.name} />}
            label={entry.label}
            isActive={active === entry.key}
            isFolded={isFolded}
          />
        ))}
    </section>
  );
}

interface ItemProps {
  to: string;
  icon: ReactNode;
  label: string;
  isActive: boolean;
  isFolded: boolean;
  count?: number;
}

function Item({ to, icon, label, isActive, isFolded, count = 0 }: ItemProps) {
  const badge = count > 0 && <span className="q-menu-badge">{count > 99 ? "99+" : count}</span>;
  const link = (
    <Link to={to} className={`q-menu-item${isActive ? " q-active" : ""}`} aria-current={isActive ? "page" : undefined} aria-label={isFolded ? label : undefined}>
      {icon}
      {!isFolded && <span className="q-ellipsis">{label}</span>}
      {badge}
    </Link>
  );
  return isFolded ? (
    <Tooltip title={label} placement="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
