/** Where designing begins: the apps of the workspace, and a new one. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { NamedIcon } from "../../kit/icons";
import { alive } from "../acts";
import { labelOf, useDesign } from "../context";
import { DesignLinks } from "../publish/DesignLinks";
import { SharedDrafts } from "../publish/SharedDrafts";
import { NewAppDialog } from "./NewAppDialog";

export function Overview() {
  const { t } = useLingui();
  const { definitions, number } = useDesign();
  const [search, setSearch] = useSearchParams();
  const [isMaking, setMaking] = useState(search.get("new") === "app");
  const apps = alive(definitions, "app").toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0));
  const objects = alive(definitions, "object").filter(([, body]) => !body.extend && !body.lines_of);
  return (
    <div className="q-design-page">
      <div className="q-design-head">
        <div>
          <h2>{t`Your apps`}</h2>
          <p className="q-muted">{t`Everything you change here is a draft: nobody else sees it until you publish.`}</p>
        </div>
        <Button type="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {t`New app`}
        </Button>
      </div>
      <DesignLinks />
      <SharedDrafts />
      <div className="q-app-cards">
        {apps.map(([name, body]) => (
          <Link key={name} to={`/design/${number}/app/${name}`} className="q-app-card">
            <span className="q-card-icon">
              <NamedIcon name={body.icon} app={name} size={20} />
            </span>
            <span>
              <strong>{labelOf(body, name)}</strong>
              <small className="q-muted">
                <Plural value={objects.filter(([object]) => object.startsWith(`${name}.`)).length} one="# form" other="# forms" />
              </small>
            </span>
          </Link>
        ))}
      </div>
      {isMaking && (
        <NewAppDialog
          onClose={() => {
            setMaking(false);
            if (search.has("new")) setSearch({}, { replace: true });
          }}
        />
      )}
    </div>
  );
}
