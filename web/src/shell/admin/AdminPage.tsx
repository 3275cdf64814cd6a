import { useLingui } from "@lingui/react/macro";
import { lazy, Suspense } from "react";
import { useNavigate, useParams } from "react-router";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState } from "../../kit/states";
import { Tabs } from "../../kit/Tabs";
import { useMe } from "../session";
import { Backups } from "./Backups";
import { Sessions, SignIns } from "./Sessions";
import { Tokens } from "./Tokens";
import { Users } from "./Users";
import "../../records/records.css";
import "../../forms/forms.css";
import "./admin.css";

const Departments = lazy(() => import("./Departments"));

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const { tab = "users" } = useParams();
  if (!me.administers) return <EmptyState title={t`For administrators`}>{t`Ask an administrator of your workspace.`}</EmptyState>;
  return (
    <div className="q-admin">
      <PageTitle title={t`Administration`} />
      <Tabs
        label={t`Administration`}
        active={tab}
        onChange={(key) => navigate(`/admin/${key}`, { replace: true })}
        tabs={[
          { key: "users", label: t`People`, content: () => <Users /> },
          {
            key: "departments",
            label: t`Departments`,
            content: () => (
              <Suspense fallback={<Bones lines={6} title={false} />}>
                <Departments />
              </Suspense>
            ),
          },
          { key: "sessions", label: t`Sessions`, content: () => <Sessions /> },
          { key: "sign-ins", label: t`Sign-ins`, content: () => <SignIns /> },
          { key: "tokens", label: t`API tokens`, content: () => <Tokens /> },
          { key: "backups", label: t`Backups`, content: () => <Backups /> },
        ]}
      />
    </div>
  );
}
