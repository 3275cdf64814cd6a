/** How many of the records that I follow have news. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { Bell as BellIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { withWords } from "../kit/i18n";
import { useIsPhone } from "../kit/media";
import { useNews } from "./talk";

const NewsPanel = lazy(() => withWords(() => import("./NewsPanel")));

export function Bell() {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const { pathname, search } = useLocation();
  const unread = useNews().data?.unread ?? 0;
  useEffect(() => setOpen(false), [pathname, search]);
  const label = unread === 0 ? t`News: nothing new` : t`${plural(unread, { one: "News of # record", other: "News of # records" })}`;
  const icon = (
    <span className="q-bell">
      <BellIcon size={isPhone ? 20 : 18} aria-hidden />
      {unread > 0 && <span className="q-bell-count">{unread > 99 ? "99+" : unread}</span>}
    </span>
  );
  return (
    <>
      {isPhone ? (
        <button type="button" aria-label={label} aria-expanded={isOpen} onClick={() => setOpen(true)}>
          {icon}
          <span aria-hidden>{t`News`}</span>
        </button>
      ) : (
        <Button type="text" icon={icon} aria-label={label} aria-expanded={isOpen} onClick={() => setOpen(true)} />
      )}
      <Drawer open={isOpen} onClose={() => setOpen(false)} placement={isPhone ? "bottom" : "right"} size={isPhone ? "82%" : 440} title={t`News`} destroyOnHidden>
        <Suspense>
          <NewsPanel onClose={() => setOpen(false)} />
        </Suspense>
      </Drawer>
    </>
  );
}
