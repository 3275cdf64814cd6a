/** The workspace's apps: where each comes from, out as a file, in from a file or the gallery, upgraded with what was changed here kept. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { ArrowUpCircle, Download, FileUp } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Link } from "react-router";
import { call, get } from "../../kit/api";
import { NamedIcon } from "../../kit/icons";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { ToneTag } from "../../kit/ToneTag";
import { useMe } from "../../shell/session";
import { ExportDialog } from "./ExportDialog";
import { type Coming, type Installing, InstallDrawer } from "./InstallDrawer";
import type { Decision } from "./publishing";
import "../../records/records.css";
import "./publish.css";

export interface AppKnown {
  app: string;
  label: string;
  help: string;
  icon: string;
  version: string;
  /** `queti`, `gallery`, `here`, or the workspace that it came from. */
  from: string;
  changes: number;
}

interface Template {
  name: string;
  label: string;
  help: string;
  icon: string;
  version: string;
  needs: string[];
  inside: Record<string, string[]>;
  installed: string | null;
}

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const [coming, setComing] = useState<Coming | null>(null);
  if (!me.administers) return <EmptyState title={t`For builders`}>{t`Ask an administrator of your workspace for a role that may change apps.`}</EmptyState>;
  return (
    <>
      <PageTitle title={t`Apps`} above={<Link to="/design">{t`Designer`}</Link>} actions={<Actions onComing={setComing} />} />
      <Waiting onComing={setComing} />
      <Installed />
      <Gallery onComing={setComing} />
      {coming && <InstallDrawer coming={coming} onClose={() => setComing(null)} />}
    </>
  );
}

function Actions({ onComing }: { onComing: (coming: Coming) => void }) {
  const { t } = useLingui();
  return (
    <>
      <Link to="/design/advisor">{t`Ask the advisor`}</Link>
      <FileButton onComing={onComing} />
    </>
  );
}

function FileButton({ onComing }: { onComing: (coming: Coming) => void }) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button type="primary" icon={<FileUp size={16} aria-hidden />} onClick={() => input.current?.click()}>
        {t`Install from a file`}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".queti-app"
        aria-label={t`App file`}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onComing({ title: file.name, ask: (isPlan, choices) => sendFile(file, isPlan, choices) });
          event.target.value = "";
        }}
      />
    </>
  );
}

function sendFile(file: File, isPlan: boolean, choices: Decision[]): Promise<Installing> {
  const body = new FormData();
  body.set("file", file);
  body.set("choices", JSON.stringify(choices));
  return call<Installing>("POST", "/api/apps/install", { body, query: { plan: isPlan || undefined } });
}

interface Upgrade extends Installing {
  apps: { app: string; label: string; from: string; version: string }[];
}

/** Newer versions of what comes with Queti that met changes of one's own: nothing is taken until somebody has decided. */
function Waiting({ onComing }: { onComing: (coming: Coming) => void }) {
  const { t } = useLingui();
  const { data } = useQuery({ queryKey: ["upgrade"], queryFn: ({ signal }) => get<Upgrade>("/api/upgrade", undefined, signal), retry: false });
  if (!data?.apps.length) return null;
  const names = data.apps.map((app) => `${app.label} ${app.version}`).join(" · ");
  const ask = (isPlan: boolean, choices: Decision[]) => (isPlan ? Promise.resolve<Installing>(data) : call<Installing>("POST", "/api/upgrade", { body: { choices } }));
  return (
    <section className="q-upgrade" aria-label={t`New versions`}>
      <ArrowUpCircle size={20} aria-hidden />
      <div>
        <h2>
          {t`New versions`} <span className="q-muted">{names}</span>
        </h2>
        <p>
          <Plural value={data.changes?.length ?? 0} one="# change" other="# changes" /> · <Plural value={data.conflicts?.length ?? 0} one="# conflict with your own" other="# conflicts with your own" />
        </p>
      </div>
      <Button type="primary" onClick={() => onComing({ title: t`New versions`, ask })}>
        {t`Look and decide`}
      </Button>
    </section>
  );
}

function Installed() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery({ queryKey: ["apps"], queryFn: async ({ signal }) => (await get<{ apps: AppKnown[] }>("/api/apps", undefined, signal)).apps });
  const [exporting, setExporting] = useState<AppKnown | null>(null);
  if (error) return <Failed error={error} retry={refetch} />;
  if (!data) return <Bones lines={6} />;
  return (
    <section aria-label={t`Installed`}>
      <ul className="q-app-rows">
        {data.map((app) => (
          <li key={app.app} className="q-app-row">
            <span className="q-card-icon">
              <NamedIcon name={app.icon} app={app.app} size={20} />
            </span>
            <div>
              <h2>
                {app.label} <span className="q-muted">{app.version}</span>
              </h2>
              {app.help && <p className="q-muted">{app.help}</p>}
            </div>
            <Origin app={app} />
            <Button icon={<Download size={15} aria-hidden />} onClick={() => setExporting(app)}>
              {t`Export`}
            </Button>
          </li>
        ))}
      </ul>
      {exporting && <ExportDialog app={exporting} onClose={() => setExporting(null)} />}
    </section>
  );
}

function Origin({ app }: { app: AppKnown }) {
  const { t } = useLingui();
  const words: Record<string, string> = { queti: t`comes with Queti`, gallery: t`from a template`, here: t`made here` };
  return (
    <span className="q-tags">
      <ToneTag tone={app.from === "here" ? "good" : "neutral"}>{words[app.from] ?? t`from a file`}</ToneTag>
      {app.changes > 0 && (
        <ToneTag tone="info">
          <Plural value={app.changes} one="# change of your own" other="# changes of your own" />
        </ToneTag>
      )}
    </span>
  );
}

interface Offered {
  apps: Template[];
  templates: Template[];
}

function Gallery({ onComing }: { onComing: (coming: Coming) => void }) {
  const { t } = useLingui();
  const { data } = useQuery({ queryKey: ["gallery"], queryFn: ({ signal }) => get<Offered>("/api/gallery", undefined, signal), retry: false });
  if (!data) return null;
  return (
    <>
      <Offers title={t`More apps`} offers={data.apps} onComing={onComing}>
        {t`They come with Queti, and find the customers, products and orders that are there.`}
      </Offers>
      <Offers title={t`Templates`} offers={data.templates} onComing={onComing}>
        {t`Ready to use, and yours to reshape: a template becomes an app of your own workspace.`}
      </Offers>
    </>
  );
}

function Offers({ title, offers, onComing, children }: { title: string; offers: Template[]; onComing: (coming: Coming) => void; children: ReactNode }) {
  if (offers.length === 0) return null;
  return (
    <section className="q-gallery" aria-label={title}>
      <h2>{title}</h2>
      <p className="q-muted">{children}</p>
      <ul className="q-app-rows">
        {offers.map((template) => (
          <TemplatePart key={template.name} template={template} onComing={onComing} />
        ))}
      </ul>
    </section>
  );
}

function TemplatePart({ template, onComing }: { template: Template; onComing: (coming: Coming) => void }) {
  const { t } = useLingui();
  const isNewest = template.installed === template.version;
  const ask = (isPlan: boolean, choices: Decision[]) =>
    call<Installing>("POST", `/api/gallery/${template.name}/install`, { body: { choices }, query: { plan: isPlan || undefined } });
  return (
    <li className="q-app-row">
      <span className="q-card-icon">
        <NamedIcon name={template.icon} app={template.name} size={20} />
      </span>
      <div>
        <h3>
          {template.label} <span className="q-muted">{template.version}</span>
        </h3>
        {template.help && <p className="q-muted">{template.help}</p>}
        <p className="q-muted">{(template.inside.object ?? []).join(" · ")}</p>
      </div>
      {isNewest ? (
        <ToneTag tone="good">{t`Installed`}</ToneTag>
      ) : (
        <Button
          type={template.installed ? "primary" : "default"}
          icon={template.installed ? <ArrowUpCircle size={15} aria-hidden /> : <Download size={15} aria-hidden />}
          onClick={() => onComing({ title: template.label, ask })}
        >
          {template.installed ? t`Upgrade from ${template.installed}` : t`Install`}
        </Button>
      )}
    </li>
  );
}
