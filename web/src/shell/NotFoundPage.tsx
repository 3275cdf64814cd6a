import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Link } from "react-router";
import { PageTitle } from "../kit/PageTitle";
import { EmptyState } from "../kit/states";

export function Component() {
  const { t } = useLingui();
  return (
    <>
      <PageTitle title={t`Page not found`} isQuiet />
      <EmptyState
        title={t`There is no such page`}
        action={
          <Link to="/">
            <Button type="primary">{t`Go home`}</Button>
          </Link>
        }
      >
        {t`The address may be mistyped, or it leads to something that you may not see. Ctrl K finds anything by name.`}
      </EmptyState>
    </>
  );
}
