/** Above the designer: which draft, whether it is stored, what is wrong with it, and the ways on. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input, Tooltip } from "antd";
import { ChevronDown, ChevronRight, CircleAlert, CircleCheck, CloudAlert, CloudCheck, CloudUpload, Eye, Pencil, Redo2, Rocket, Undo2 } from "lucide-react";
import { type ComponentType, lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useCloseGuard } from "../forms/leave";
import { post } from "../kit/api";
import { useIsPhone } from "../kit/media";
import { appOf } from "./AppTree";
import { useDesign, labelOf } from "./context";
import { alive, bodyOf, rolesOf } from "./acts";
import { say } from "./words";

export interface Finding {
  kind: string;
  name: string;
  place: string;
  position: number | null;
  severity: "error" | "warning";
  detail: string;
  fix: string;
  /** The fix as a change of the draft. */
  change?: FindingChange | null;
  /** Other fixes, of which one is chosen. */
  offers?: { label: string; change: FindingChange }[];
}

interface FindingChange {
  kind: string;
  name: string;
  property: string;
  value: unknown;
}

export interface PanelProps {
  draft: number;
  /** `object/oms.sales_order?field=total`: where a finding is mended. */
  onGo: (to: string) => void;
  onClose: () => void;
}

const PANELS: Record<string, ComponentType<PanelProps>> = {
  problems: lazy(() => import("./publish/ProblemsPanel")),
  try: lazy(() => import("./publish/TryPanel")),
  publish: lazy(() => import("./publish/PublishPanel")),
};

export function useFindings() {
  const { number, version, saved, store } = useDesign();
  return useQuery({
    queryKey: ["draft-check", number, version],
    queryFn: async () => {
      await store.settled();
      return post<{ findings: Finding[]; errors: number }>(`/api/drafts/${number}/check`);
    },
    enabled: saved === "saved" && version > 1,
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
}

export function DraftBar({ onGo }: { onGo: (to: string) => void }) {
  const { t } = useLingui();
  const { store, undoes, redoes, number } = useDesign();
  const isPhone = useIsPhone();
  const [open, setOpen] = useState<string | null>(null);
  const Panel = open ? PANELS[open] : undefined;
  return (
    <header className="q-draft-bar" aria-label={t`Draft`}>
      <Crumbs />
      <span className="q-grow" />
      <SavedState />
      <Tooltip title={undoes ? t`Undo: ${undoes} (Ctrl Z)` : t`Nothing to undo`}>
        <Button type="text" aria-label={t`Undo`} disabled={!undoes} icon={<Undo2 size={17} aria-hidden />} onClick={store.undo} />
      </Tooltip>
      <Tooltip title={redoes ? t`Redo: ${redoes} (Ctrl Shift Z)` : t`Nothing to redo`}>
        <Button type="text" aria-label={t`Redo`} disabled={!redoes} icon={<Redo2 size={17} aria-hidden />} onClick={store.redo} />
      </Tooltip>
      <Problems onOpen={() => setOpen("problems")} />
      <Button icon={<Eye size={16} aria-hidden />} onClick={() => setOpen("try")} aria-label={t`Try it`}>
        {!isPhone && t`Try it`}
      </Button>
      <Button type="primary" icon={<Rocket size={16} aria-hidden />} onClick={() => setOpen("publish")}>
        {t`Publish`}
      </Button>
      {Panel && (
        <Suspense>
          <Panel
            draft={number}
            onClose={() => setOpen(null)}
            onGo={(to) => {
              setOpen(null);
              onGo(to);
            }}
          />
        </Suspense>
      )}
    </header>
  );
}

function Crumbs() {
  const { t } = useLingui();
  const { number, definitions } = useDesign();
  const { kind, name = "" } = useParams();
  const isRoles = kind === "roles" || kind === "role";
  const app = kind && !isRoles ? appOf(kind, name) : "";
  return (
    <nav className="q-draft-crumbs" aria-label={t`Where you are`}>
      <DraftTitle />
      {app && kind !== "app" && (
        <>
          <ChevronRight size={14} aria-hidden />
          <Link to={`/design/${number}/app/${app}`}>{labelOf(bodyOf(definitions, "app", app), app)}</Link>
        </>
      )}
      {kind && (
        <>
          <ChevronRight size={14} aria-hidden />
          {isRoles ? <Link to={`/design/${number}/roles`}>{t`Roles and rights`}</Link> : <Siblings kind={kind} name={name} app={app} />}
        </>
      )}
    </nav>
  );
}

/** The draft's title leads to its first page; the pencil beside it writes another. */
function DraftTitle() {
  const { t } = useLingui();
  const { number, title, store } = useDesign();
  const [typed, type] = useState<string | null>(null);
  const shown = title || t`Draft ${number}`;
  function settle(): void {
    if (typed !== null && typed.trim() !== title) void store.rename(typed.trim());
    type(null);
  }
  if (typed !== null)
    return (
      <Input
        size="small"
        className="q-draft-title"
        autoFocus
        maxLength={80}
        aria-label={t`Title of the draft`}
        placeholder={t`What is it about?`}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) settle();
          if (event.key === "Escape") type(null);
        }}
      />
    );
  return (
    <span className="q-draft-title">
      <Link to={`/design/${number}`} className="q-ellipsis">
        {shown}
      </Link>
      <Button type="text" size="small" aria-label={t`Change the title of the draft`} icon={<Pencil size={13} aria-hidden />} onClick={() => type(title)} />
    </span>
  );
}

/** What else the app has: one click to the form or list beside this one. */
function Siblings({ kind, name, app }: { kind: string; name: string; app: string }) {
  const { t } = useLingui();
  const { number, definitions } = useDesign();
  const navigate = useNavigate();
  const homeOf = (role: string) => say(rolesOf(definitions)[role]?.label, role);
  const body = bodyOf(definitions, kind, name);
  const label = kind === "words" ? t`Words` : kind === "home" ? homeOf(body?.role ?? name) : labelOf(body, name);
  const of = (which: string) => alive(definitions, which).filter(([each, body]) => each.startsWith(`${app}.`) && !body.extend && !body.lines_of);
  const group = (which: string, title: string) => ({ key: which, type: "group" as const, label: title, children: of(which).map(([each, body]) => ({ key: `${which}/${each}`, label: which === "home" ? homeOf(body.role) : labelOf(body, each) })) });
  const items = [group("object", t`Forms`), group("view", t`Lists`), group("print", t`Print templates`), group("home", t`Home pages`)].filter((each) => each.children.length > 0);
  if (kind === "app" || items.length === 0) return <strong className="q-ellipsis">{label}</strong>;
  return (
    <Dropdown trigger={["click"]} menu={{ items, selectedKeys: [`${kind}/${name}`], onClick: ({ key }) => navigate(`/design/${number}/${key}`), style: { maxHeight: 460, overflow: "auto" } }}>
      <button type="button" className="q-crumb-open" aria-label={t`${label}: what else there is`}>
        <strong className="q-ellipsis">{label}</strong> <ChevronDown size={14} aria-hidden />
      </button>
    </Dropdown>
  );
}

function SavedState() {
  const { t } = useLingui();
  const { saved, store, refused, definitions } = useDesign();
  useCloseGuard(saved !== "saved");
  if (saved === "failed")
    return (
      <Tooltip title={refused.map(({ change: { kind, name }, problem }) => <p key={`${kind} ${name}`}>{`${labelOf(bodyOf(definitions, kind, name), name)}: ${problem.message}`}</p>)}>
        <Button type="text" danger size="small" icon={<CloudAlert size={16} aria-hidden />} onClick={store.retry}>
          {t`Not saved: try again`}
        </Button>
      </Tooltip>
    );
  const words = saved === "saving" ? t`Saving…` : t`Saved`;
  return (
    <span className="q-muted q-draft-saved" role="status">
      {saved === "saving" ? <CloudUpload size={16} aria-hidden /> : <CloudCheck size={16} aria-hidden />}
      <span className="q-desk-only">{words}</span>
    </span>
  );
}

function Problems({ onOpen }: { onOpen: () => void }) {
  const { t } = useLingui();
  const { data } = useFindings();
  const isPhone = useIsPhone();
  if (!data) return null;
  const count = data.errors;
  const icon = count ? <CircleAlert size={16} aria-hidden className="q-problem-sign" /> : <CircleCheck size={16} aria-hidden className="q-check" />;
  return (
    <Button type="text" icon={icon} onClick={onOpen} aria-label={count ? t`Problems: ${count}` : t`No problems`}>
      {!isPhone && (count ? <Plural value={count} one="# problem" other="# problems" /> : t`No problems`)}
    </Button>
  );
}
