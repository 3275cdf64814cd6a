/** Where nothing is being changed yet: a draft begins when one says with what. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { FilePenLine, Plus } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { NamedIcon } from "../kit/icons";
import { useNotices } from "../kit/notices";
import { PageTitle } from "../kit/PageTitle";
import { useDefs } from "../records/context";
import { useFlows } from "../work/told";
import { createDraft, type DraftInfo } from "./draft";
import { DesignLinks } from "./publish/DesignLinks";

export function StartPage({ shared }: { shared: DraftInfo[] }) {
  const { t } = useLingui();
  const { apps, objects } = useDefs();
  const [isBusy, setBusy] = useState(false);
  const navigate = useNavigate();
  const notices = useNotices();
  async function begin(to = ""): Promise<void> {
    setBusy(true);
    try {
      const { draft } = await createDraft("");
      await navigate(`/design/${draft}${to}`);
    } catch (error) {
      notices.problem(error);
      setBusy(false);
    }
  }
  const { data: drawn = [] } = useFlows();
  const flows = (app: string) => drawn.filter(({ flow }) => flow.startsWith(`${app}.`)).length;
  const forms = (app: string) => Object.values(objects).filter((object) => object.name.startsWith(`${app}.`) && !object.lines_of).length;
  return (
    <div className="q-designer">
      <PageTitle title={t`Designer`} isQuiet />
      <div className="q-designer-body">
        <div className="q-design-page">
          <div className="q-design-head">
            <div>
              <h2>{t`What would you like to change?`}</h2>
              <p className="q-muted">{t`It becomes a draft: nobody else sees it until you publish.`}</p>
            </div>
            <Button type="primary" loading={isBusy} icon={<Plus size={16} aria-hidden />} onClick={() => void begin("?new=app")}>
              {t`New app`}
            </Button>
          </div>
          <DesignLinks />
          {shared.length > 0 && <SharedDrafts drafts={shared} />}
          <div className="q-app-cards">
            {apps.map((app) => (
              <button key={app.name} type="button" className="q-app-card" disabled={isBusy} onClick={() => void begin(`/app/${app.name}`)}>
                <span className="q-card-icon">
                  <NamedIcon name={app.icon} app={app.name} size={20} />
                </span>
                <span>
                  <strong>{app.label}</strong>
                  <small className="q-muted">
                    <Plural value={forms(app.name)} one="# form" other="# forms" />
                    {flows(app.name) > 0 && (
                      <>
                        {" · "}
                        <Plural value={flows(app.name)} one="# flow" other="# flows" />
                      </>
                    )}
                  </small>
                </span>
              </button>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function SharedDrafts({ drafts }: { drafts: DraftInfo[] }) {
  const { t } = useLingui();
  return (
    <section className="q-box">
      <h2>{t`Drafts that others share with you`}</h2>
      <ul className="q-menu-order">
        {drafts.map((draft) => (
          <li key={draft.draft}>
            <Link to={`/design/${draft.draft}`}>
              <FilePenLine size={16} aria-hidden /> {draft.title || t`Draft ${draft.draft}`} <span className="q-muted">{draft.created_by_name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
