/** Sums of all that fit, below their columns; those of other fields stand at the left. */
import { useLingui } from "@lingui/react/macro";
import type { Aggregate } from "../definitions";
import { kindOf } from "../fields/registry";
import { Figure, useAggregateWords } from "../views/figures";
import type { Figures } from "../views/totals";
import type { Column } from "./Grid";

export interface FootShown {
  figures: Figures;
  aggregates: Record<string, Aggregate>;
}

interface GridFootProps extends FootShown {
  columns: Column[];
  minWidth: number;
}

export function GridFoot({ columns, minWidth, figures, aggregates }: GridFootProps) {
  const { t } = useLingui();
  const words = useAggregateWords();
  return (
    <div className="q-grid-foot" role="row" style={{ minWidth }}>
      <div role="gridcell" />
      {columns.map(({ path, field }) => {
        const aggregate = aggregates[path];
        const value = figures.totals[path];
        return (
          <div key={path} role="gridcell" className={kindOf(field).align === "right" ? "q-right" : ""}>
            {aggregate && (
              <>
                <span className="q-muted" title={words[aggregate]} aria-label={words[aggregate]} role="img">{aggregate === "sum" ? "Σ" : words[aggregate]}</span>
                {figures.mixed?.includes(path) ? <span className="q-muted">{t`several currencies`}</span> : value !== null && value !== undefined && <Figure field={field} value={value} aggregate={aggregate} />}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
