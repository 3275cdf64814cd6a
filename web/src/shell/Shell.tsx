import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { House, Inbox, Menu as MenuIcon, PanelLeft, Plus, Search, User } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { Bell } from "../discussion/Bell";
import { Logo } from "../kit/Logo";
import { useIsPhone } from "../kit/media";
import { useSetting } from "../kit/settings";
import { useDefs } from "../records/context";
import { AccountMenu } from "./AccountMenu";
import { AppMenu } from "./AppMenu";
import { LanguageSwitch } from "./LanguageSwitch";
import { SuggestHost } from "../suggest/SuggestHost";
import { TryBanner } from "../suggest/TryBanner";
import { sectionsOf } from "./menu";
import { useWaiting } from "../work/told";
import { useMe } from "./session";
import { ThemeSwitch } from "./ThemeSwitch";
import { inSentence } from "../kit/i18n";

const Palette = lazy(() => import("./Palette"));

export function Shell() {
  const isPhone = useIsPhone();
  const [isPaletteOpen, setPaletteOpen] = usePaletteKey();
  const [wantsFolded, setFolded] = useSetting("menu.folded", false);
  const isDesigning = useLocation().pathname.startsWith("/design");
  const isFolded = wantsFolded || isDesigning;
  const search = () => setPaletteOpen(true);
  return (
    <>
      <a className="q-skip" href="#main">
        <SkipWords />
      </a>
      <TryBanner />
      {/* The page stays the same whichever way a device is turned: what was typed into it is not lost. */}
      <div className={isPhone ? "q-phone" : isFolded ? "q-desk q-desk-folded" : "q-desk"}>
        {!isPhone && <Side isFolded={isFolded} />}
        <div className="q-body">
          {!isPhone && <Top isFolded={isFolded} onFold={() => setFolded(!isFolded)} onSearch={search} />}
          <main id="main" className="q-main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
        {isPhone && <TabBar onSearch={search} />}
      </div>
      <SuggestHost />
      {isPaletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function SkipWords() {
  const { t } = useLingui();
  return t`Skip to the content`;
}

function usePaletteKey(): [boolean, (open: boolean) => void] {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setOpen((open) => !open);
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return [isOpen, setOpen];
}

function Side({ isFolded }: { isFolded: boolean }) {
  const { t } = useLingui();
  const me = useMe();
  return (
    <aside className="q-side">
      <Link to="/" className="q-brand" aria-label={t`Home`}>
        <Logo />
        {!isFolded && <span>{me.company?.name || me.workspace}</span>}
      </Link>
      <AppMenu isFolded={isFolded} />
    </aside>
  );
}

function Top({ isFolded, onFold, onSearch }: { isFolded: boolean; onFold: () => void; onSearch: () => void }) {
  const { t } = useLingui();
  const isMac = /mac/i.test(navigator.platform);
  return (
    <header className="q-top">
      <Button type="text" icon={<PanelLeft size={18} aria-hidden />} aria-label={isFolded ? t`Unfold the menu` : t`Fold the menu`} aria-expanded={!isFolded} onClick={onFold} />
      <button type="button" className="q-search-button" onClick={onSearch}>
        <Search size={16} aria-hidden />
        <span>{t`Find or do anything`}</span>
        <kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <span className="q-grow" />
      <Bell />
      <LanguageSwitch />
      <ThemeSwitch />
      <AccountMenu />
    </header>
  );
}

function TabBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useLingui();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { pathname, search } = useLocation();
  useEffect(() => setMenuOpen(false), [pathname, search]);
  return (
    <nav className="q-tabbar" aria-label={t`Main`}>
      <NavLink to="/" end>
        <House size={20} aria-hidden />
        {t`Home`}
      </NavLink>
      <button type="button" onClick={() => setMenuOpen(true)} aria-expanded={isMenuOpen}>
        <MenuIcon size={20} aria-hidden />
        {t`Apps`}
      </button>
      <MyWork />
      <NewButton />
      <button type="button" onClick={onSearch}>
        <Search size={20} aria-hidden />
        {t`Find`}
      </button>
      <Bell />
      <NavLink to="/account">
        <User size={20} aria-hidden />
        {t`Me`}
      </NavLink>
      <Drawer open={isMenuOpen} onClose={() => setMenuOpen(false)} placement="bottom" size="82%" title={t`Apps`} className="q-app-drawer">
        <AppMenu />
      </Drawer>
    </nav>
  );
}

/** With how much waits: the one thing that should be seen from everywhere. */
function MyWork() {
  const { t } = useLingui();
  const waiting = useWaiting();
  if (!useDefs().objects["flow.task"]) return null;
  return (
    <NavLink to="/work">
      <span className="q-bell">
        <Inbox size={20} aria-hidden />
        {waiting > 0 && <span className="q-bell-count">{waiting > 99 ? "99+" : waiting}</span>}
      </span>
      {t`My work`}
    </NavLink>
  );
}

/** “New” of what the person is looking at, else of the first thing they may create. */
function NewButton() {
  const { t } = useLingui();
  const definitions = useDefs();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const here = pathname.split("/").slice(1, 3).join(".");
  const names = [here, ...sectionsOf(definitions).flatMap((section) => section.entries.map((entry) => entry.object ?? ""))];
  const target = names.map((name) => definitions.objects[name]).find((object) => object?.may.create && object.creatable !== false);
  if (!target) return null;
  return (
    <button type="button" className="q-tabbar-new" aria-label={t`New ${inSentence(target.label)}`} onClick={() => navigate(`/${target.name.replace(".", "/")}/new`)}>
      <Plus size={22} aria-hidden />
    </button>
  );
}
