/** Ctrl/Cmd-K: finds records, performs operations, goes anywhere. */
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { FileUp, Plus, Search, SunMoon, Zap } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { get } from "../kit/api";
import { NamedIcon } from "../kit/icons";
import { useSetting } from "../kit/settings";
import { useDefs } from "../records/context";
import { objectPath, recordPath } from "../records/definitions";
import { type ThemeChoice, useScheme } from "./App";
import { sectionsOf } from "./menu";
import { useMe } from "./session";
import { inSentence } from "../kit/i18n";

interface Found {
  object: string;
  id: number;
  label: string;
  subtitle?: string;
  object_label: string;
}

interface Row {
  key: string;
  group: string;
  label: string;
  detail?: string;
  icon: ReactNode;
  act: () => void;
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const rows = useRows(typed);
  useEffect(() => setAt(0), [typed]);
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }), [at]);

  function choose(row: Row | undefined): void {
    if (!row) return;
    onClose();
    row.act();
  }

  function press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((now) => (rows.length ? (now + step + rows.length) % rows.length : 0));
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) choose(rows[at]);
  }

  return (
    <Modal open onCancel={onClose} footer={null} closable={false} width={620} className="q-palette" destroyOnHidden title={<span className="q-hidden">{t`Find or do anything`}</span>}>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<Search size={18} aria-hidden />}
        placeholder={t`Find a record, do something, go somewhere…`}
        aria-label={t`Find or do anything`}
        role="combobox"
        aria-expanded
        aria-controls="palette-rows"
        aria-activedescendant={rows[at] ? `palette-${at}` : undefined}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={press}
      />
      <div id="palette-rows" role="listbox" aria-label={t`Results`} className="q-palette-rows" ref={list}>
        {rows.map((row, index) => (
          <div key={row.key} role="presentation">
            {row.group !== rows[index - 1]?.group && (
              <div className="q-palette-group" role="presentation">
                {row.group}
              </div>
            )}
            <div
              id={`palette-${index}`}
              role="option"
              aria-selected={index === at}
              className="q-palette-row"
              onMouseMove={() => setAt(index)}
              onClick={() => choose(row)}
            >
              {row.icon}
              <span className="q-ellipsis">{row.label}</span>
              {row.detail && <small className="q-ellipsis">{row.detail}</small>}
            </div>
          </div>
        ))}
        {rows.length === 0 && <p className="q-muted q-palette-none">{t`Nothing found. Try a number, a name, or its pinyin.`}</p>}
      </div>
    </Modal>
  );
}

function useRows(typed: string): Row[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const asked = useDeferredValue(typed.trim());
  const { data } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => get<{ results: Found[] }>("/api/search", { q: asked, limit: 12 }, signal),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const records: Row[] = (asked ? (data?.results ?? []) : []).map((found) => ({
    key: `${found.object}/${found.id}`,
    group: t`Records`,
    label: found.label,
    detail: [found.object_label, found.subtitle].filter(Boolean).join(" · "),
    icon: <NamedIcon object={found.object} />,
    act: () => navigate(recordPath(found.object, found.id)),
  }));
  const fits = (row: Row) => !asked || `${row.label} ${row.detail ?? ""}`.toLowerCase().includes(asked.toLowerCase());
  return [...records, ...useActs().filter(fits), ...usePlaces().filter(fits)].slice(0, 40);
}

/** Operations: on the open record those of its object, else those that need no record. */
function useActs(): Row[] {
  const { t } = useLingui();
  const definitions = useDefs();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [, app, name, id] = /^\/(\w+)\/(\w+)\/(\d+)/.exec(pathname) ?? [];
  const here = definitions.objects[`${app}.${name}`];
  const onRecord = (here?.operations ?? []).map((operation) => definitions.operations[operation]).filter((found) => found !== undefined);
  const free = Object.values(definitions.operations).filter((operation) => !operation.on);
  const creates = Object.values(definitions.objects).filter((object) => object.may.create && object.creatable !== false && !object.lines_of);
  return [
    ...onRecord.map((operation) => ({
      key: operation.name,
      group: t`Do with this record`,
      label: operation.label,
      detail: operation.help,
      icon: <Zap size={17} aria-hidden />,
      act: () => navigate(`/${app}/${name}/${id}?do=${operation.name}`),
    })),
    ...free.map((operation) => ({
      key: operation.name,
      group: t`Do`,
      label: operation.label,
      detail: operation.help,
      icon: <Zap size={17} aria-hidden />,
      act: () => navigate(`/do/${operation.name.replace(".", "/")}`),
    })),
    ...Object.values(definitions.imports).map((kept) => ({
      key: `import ${kept.name}`,
      group: t`Import`,
      label: kept.label,
      icon: <FileUp size={17} aria-hidden />,
      act: () => navigate(`/import/${kept.target.replace(".", "/")}?kept=${kept.name}`),
    })),
    ...creates.map((object) => ({
      key: `new ${object.name}`,
      group: t`Create`,
      label: t`New ${inSentence(object.label)}`,
      icon: <Plus size={17} aria-hidden />,
      act: () => navigate(`${objectPath(object.name)}/new`),
    })),
  ];
}

function usePlaces(): Row[] {
  const { t } = useLingui();
  const me = useMe();
  const definitions = useDefs();
  const navigate = useNavigate();
  const scheme = useScheme();
  const [, setTheme] = useSetting<ThemeChoice>("theme", "auto");
  const go = (key: string, label: string, to: string, icon: ReactNode, detail?: string): Row => ({
    key,
    group: t`Go to`,
    label,
    detail,
    icon,
    act: () => navigate(to),
  });
  return [
    go("home", t`Home`, "/", <NamedIcon name="home" />),
    ...sectionsOf(definitions).flatMap((section) =>
      section.entries.map((entry) => go(entry.key, entry.label, entry.to, <NamedIcon name={entry.icon} object={entry.object} app={section.name} />, section.label)),
    ),
    go("account", t`My account`, "/account", <NamedIcon name="user" />),
    ...(me.administers ? [go("design", t`Designer`, "/design", <NamedIcon name="ruler" />), go("new app", t`New app`, "/design?new=app", <NamedIcon name="ruler" />)] : []),
    ...(me.administers ? Object.values(definitions.objects).filter((object) => !object.lines_of).map((object) => go(`design ${object.name}`, t`Edit the form ${object.label}`, `/design/object/${object.name}`, <NamedIcon name="ruler" />)) : []),
    ...(me.administers ? [go("admin", t`Administration`, "/admin", <NamedIcon name="settings" />)] : []),
    {
      key: "theme",
      group: t`Settings`,
      label: scheme === "dark" ? t`Switch to the light theme` : t`Switch to the dark theme`,
      icon: <SunMoon size={17} aria-hidden />,
      act: () => setTheme(scheme === "dark" ? "light" : "dark"),
    },
  ];
}
