/** What a place shows while it has nothing, waits, or failed. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "./api";
import { PageTitle } from "./PageTitle";

export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="q-empty">
      <svg width="88" height="60" viewBox="0 0 88 60" aria-hidden>
        <path d="M6 8h76v6H6z" className="q-empty-beam" />
        <path d="M12 14h7v40h-7zM69 14h7v40h-7z" className="q-empty-column" />
        <path d="M19 14h17c-4 1-5 6-8.500 6-.5 5-5 4-8.500 10zM69 14H52c4 1 5 6 8.500 6 .5 5 5 4 8.500 10z" className="q-empty-bracket" />
      </svg>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Nothing for the first 100 ms: most answers are there by then. */
export function useLate(ms = 120): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

export function Bones({ lines = 6, title = true }: { lines?: number; title?: boolean }) {
  if (!useLate()) return <div aria-busy="true" />;
  return (
    <div className="q-bones" aria-busy="true">
      {title && <div className="q-bone q-bone-title" />}
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="q-bone" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

export function useProblemWords(): (error: unknown) => string {
  const { t } = useLingui();
  return (error) => {
    if (error instanceof Problem && error.code === "unreachable") return t`The server can't be reached. Check the connection; nothing was lost.`;
    if (error instanceof Problem && error.status >= 500)
      return error.requestId
        ? t`Something went wrong on the server. Tell your administrator this number: ${error.requestId}`
        : t`Something went wrong on the server. Try again in a moment.`;
    return error instanceof Error ? error.message : String(error);
  };
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useLingui();
  const words = useProblemWords();
  const isMissing = error instanceof Problem && error.status === 404;
  return (
    <EmptyState
      title={isMissing ? t`Not here` : t`This can't be shown`}
      action={retry && !isMissing ? <Button onClick={retry}>{t`Try again`}</Button> : undefined}
    >
      {words(error)}
    </EmptyState>
  );
}

/** The same as a whole page, which has a heading of its own. */
export function FailedPage(props: { error: unknown; retry?: () => void }) {
  const { t } = useLingui();
  const isMissing = props.error instanceof Problem && props.error.status === 404;
  return (
    <>
      <PageTitle title={isMissing ? t`Not here` : t`This can't be shown`} isQuiet />
      <Failed {...props} />
    </>
  );
}
