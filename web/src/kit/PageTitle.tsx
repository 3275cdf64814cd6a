import { type ReactNode, useEffect } from "react";

interface PageTitleProps {
  title: string;
  above?: ReactNode;
  beside?: ReactNode;
  actions?: ReactNode;
  /** Named for screen readers and the tab only; the page shows its own heading. */
  isQuiet?: boolean;
}

export function PageTitle({ title, above, beside, actions, isQuiet }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} · Queti`;
  }, [title]);
  if (isQuiet) return <h1 className="q-hidden">{title}</h1>;
  return (
    <header className="q-page-title">
      <div className="q-page-title-words">
        {above && <div className="q-crumbs">{above}</div>}
        <div className="q-page-title-line">
          <h1>{title}</h1>
          {beside}
        </div>
      </div>
      {actions && <div className="q-page-actions">{actions}</div>}
    </header>
  );
}
