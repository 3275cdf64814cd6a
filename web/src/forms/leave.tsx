import { useLingui } from "@lingui/react/macro";
import { App } from "antd";
import { useEffect, useRef } from "react";
import { useBlocker } from "react-router";

/** Asks before unsaved work is left: by a link, by back, by another record in the panel, or by closing the tab. Returns the way to leave in peace. */
export function useLeaveGuard(isDirty: boolean): (leave: () => void) => void {
  const { t } = useLingui();
  const { modal } = App.useApp();
  const free = useRef(false);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isDirty && !free.current && placeOf(currentLocation) !== placeOf(nextLocation));

  useEffect(() => {
    if (blocker.state !== "blocked") return;
    modal.confirm({
      title: t`Leave without saving?`,
      content: t`What you wrote here would be lost.`,
      okText: t`Leave`,
      okButtonProps: { danger: true },
      cancelText: t`Stay`,
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
  }, [blocker, modal, t]);

  useCloseGuard(isDirty);

  return (leave) => {
    free.current = true;
    leave();
  };
}

/** The browser asks before the tab is closed over unsaved work. */
export function useCloseGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isDirty]);
}

/** The page, and the record in the panel beside a list. */
const placeOf = ({ pathname, search }: { pathname: string; search: string }): string => `${pathname} ${new URLSearchParams(search).get("open") ?? ""}`;
