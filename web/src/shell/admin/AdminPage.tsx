import { useLingui } from "@lingui/react/macro";
import { Tabs } from "antd";
import { lazy, Suspense } from "react";
import { useNavigate, useParams } from "react-router";
import { PageTitle } from "../../kit/PageTitle";
import { Bones, EmptyState } from "../../kit/states";
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
        activeKey={tab}
        onChange={(key) => navigate(`/admin/${key}`, { replace: true })}
        destroyOnHidden
        items={[
          { key: "users", label: t`People`, children: <Users /> },
          {
            key: "departments",
            label: t`Departments`,
            children: (
              <Suspense fallback={<Bones lines={6} title={false} />}>
                <Departments />
              </Suspense>
            ),
          },
          { key: "sessions", label: t`Sessions`, children: <Sessions /> },
          { key: "sign-ins", label: t`Sign-ins`, children: <SignIns /> },
          { key: "tokens", label: t`API tokens`, children: <Tokens /> },
          { key: "backups", label: t`Backups`, children: <Backups /> },
        ]}
      />
    </div>
  );
}
