/** The table that all matrices of objects share: its head, the apps, and under each its objects. */
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { ScrollX } from "../../kit/ScrollX";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import type { GridState } from "./grid";
import type { ObjectsOfApp } from "./rights";

interface ObjectGridProps {
  label: string;
  grid: GridState;
  apps: ObjectsOfApp[];
  columns: { name: string; label: string }[];
  isMultiple?: boolean;
  className?: string;
  /** The line of an object, `row` counted through all apps. */
  children: (name: string, body: Body, row: number) => ReactNode;
}

export function ObjectGrid({ label, grid, apps, columns, isMultiple, className = "", children }: ObjectGridProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  let row = 0;
  return (
    <ScrollX label={label}>
      <table {...grid.props} role="grid" aria-multiselectable={isMultiple} aria-label={label} className={`q-rights ${className}`}>
        <thead>
          <tr>
            <th scope="col">{t`Form`}</th>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        {apps.map(([app, own]) => (
          <tbody key={app}>
            <tr>
              <th scope="rowgroup" colSpan={columns.length + 1} className="q-rights-app">
                {labelOf(bodyOf(definitions, "app", app), app)}
              </th>
            </tr>
            {own.map(([name, body]) => children(name, body, row++))}
          </tbody>
        ))}
      </table>
    </ScrollX>
  );
}
