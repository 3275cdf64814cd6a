/** A layout on the screen: sections one below the other, tabs, guided steps, and what stands beside. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Check, ChevronDown, TriangleAlert } from "lucide-react";
import { type MouseEvent, type ReactNode, useEffect, useState } from "react";
import { Tabs } from "../kit/Tabs";
import type { FormSection } from "../records/definitions";
import { type Block, type Layout, problemsIn } from "./layout";

interface SectionsProps {
  layout: Layout;
  problems: Record<string, string>;
  /** The inside of a section. */
  render: (section: FormSection) => ReactNode;
  /** Whether a step may be left forwards; it shows itself what is missing. */
  mayPass?: (section: FormSection) => boolean;
  /** Hears whether steps follow the one that is shown. */
  onSteps?: (areLeft: boolean) => void;
  className?: string;
}

export function Sections({ layout, problems, render, mayPass, onSteps, className = "q-form-group" }: SectionsProps) {
  const shared = { problems, render, mayPass, onSteps, className };
  const main = layout.main.map((block) => <BlockView key={block.sections[0]!.name} {...shared} block={block} />);
  if (layout.side.length === 0) return <>{main}</>;
  return (
    <div className="q-form-sides">
      <div>{main}</div>
      <aside>
        {layout.side.map((section) => (
          <Section key={section.name} {...shared} section={section} />
        ))}
      </aside>
    </div>
  );
}

type Shared = Omit<SectionsProps, "layout">;

function BlockView({ block, ...shared }: Shared & { block: Block }) {
  if (block.kind === "tab") return <TabBlock {...shared} sections={block.sections} />;
  if (block.kind === "step") return <StepBlock {...shared} sections={block.sections} />;
  return <Section {...shared} section={block.sections[0]!} />;
}

function Section({ section, problems, render, className }: Shared & { section: FormSection }) {
  const [isOpen, setOpen] = useState(!section.collapsed);
  const wrong = problemsIn(section, problems);
  const open = isOpen || wrong > 0;
  return (
    <section className={className}>
      {section.label &&
        (section.collapsed ? (
          <h2>
            <button type="button" className="q-section-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
              <ChevronDown size={16} aria-hidden /> {section.label}
            </button>
          </h2>
        ) : (
          <h2>{section.label}</h2>
        ))}
      {section.help && <p className="q-section-help">{section.help}</p>}
      {(open || !section.label) && render(section)}
    </section>
  );
}

function TabBlock({ sections, problems, render, className }: Shared & { sections: FormSection[] }) {
  const { t } = useLingui();
  const [active, setActive] = useState(sections[0]!.name);
  const firstWrong = sections.find((section) => problemsIn(section, problems) > 0)?.name;
  useEffect(() => {
    if (firstWrong) setActive(firstWrong);
  }, [firstWrong]);
  const tabs = sections.map((section) => ({
    key: section.name,
    label: <TabLabel section={section} problems={problems} />,
    content: () => (
      <>
        {section.help && <p className="q-section-help">{section.help}</p>}
        {render(section)}
      </>
    ),
  }));
  return (
    <section className={`${className} q-form-tabs`}>
      <Tabs label={t`Parts of the form`} tabs={tabs} active={active} onChange={setActive} />
    </section>
  );
}

function TabLabel({ section, problems }: { section: FormSection; problems: Record<string, string> }) {
  const { t } = useLingui();
  const wrong = problemsIn(section, problems);
  return (
    <>
      {section.label || section.name}
      {wrong > 0 && (
        <span className="q-count q-count-bad" role="img" aria-label={t`${wrong} to look at`}>
          {wrong}
        </span>
      )}
    </>
  );
}

function StepBlock({ sections, problems, render, mayPass, onSteps, className }: Shared & { sections: FormSection[] }) {
  const { t } = useLingui();
  const [at, setAt] = useState(0);
  const index = Math.min(at, sections.length - 1);
  const section = sections[index]!;
  const firstWrong = sections.findIndex((each) => problemsIn(each, problems) > 0);
  useEffect(() => {
    if (firstWrong >= 0) setAt((now) => Math.min(now, firstWrong));
  }, [firstWrong]);

  const areLeft = index < sections.length - 1;
  useEffect(() => {
    onSteps?.(areLeft);
    return () => onSteps?.(false);
  }, [onSteps, areLeft]);

  /** Enter in a field presses it too, as the first button of the form that submits. */
  function next(event: MouseEvent): void {
    event.preventDefault();
    if (!mayPass || mayPass(section)) setAt(index + 1);
  }

  return (
    <section className={className} aria-label={t`Step ${index + 1} of ${sections.length}`}>
      <ol className="q-steps">
        {sections.map((each, place) => (
          <li key={each.name} className={place === index ? "q-now" : place < index ? "q-past" : ""} aria-current={place === index ? "step" : undefined}>
            <span>{problemsIn(each, problems) > 0 ? <TriangleAlert size={13} aria-hidden /> : place < index ? <Check size={13} aria-hidden /> : place + 1}</span>
            {place < index ? (
              <button type="button" onClick={() => setAt(place)}>
                {each.label || each.name}
              </button>
            ) : (
              each.label || each.name
            )}
          </li>
        ))}
      </ol>
      {section.help && <p className="q-section-help">{section.help}</p>}
      {render(section)}
      <div className="q-step-foot">
        {index > 0 && <Button onClick={() => setAt(index - 1)}>{t`Back`}</Button>}
        {areLeft && (
          <Button type="primary" ghost={!onSteps} htmlType={onSteps ? "submit" : "button"} onClick={next}>
            {t`Next: ${sections[index + 1]!.label || sections[index + 1]!.name}`}
          </Button>
        )}
      </div>
    </section>
  );
}
