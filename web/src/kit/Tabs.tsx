import { type KeyboardEvent, type ReactNode, useId } from "react";

export interface Tab {
  key: string;
  label: ReactNode;
  content: () => ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  active: string;
  onChange: (key: string) => void;
}

/** All tabs in sight, on as many rows as they need; arrows go from one to the next. */
export function Tabs({ label, tabs, active, onChange }: TabsProps) {
  const id = useId();
  const index = Math.max(0, tabs.findIndex((tab) => tab.key === active));
  const open = tabs[index]!;

  function press(event: KeyboardEvent): void {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  }

  return (
    <>
      <div role="tablist" aria-label={label} className="q-tabs" onKeyDown={press}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            aria-selected={tab === open}
            aria-controls={`${id}-panel`}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => onChange(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open.key}`}>
        {open.content()}
      </div>
    </>
  );
}
