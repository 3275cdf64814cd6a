import { Rate } from "antd";
import { Star } from "lucide-react";
import { useLingui } from "@lingui/react/macro";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { numberOperators } from "./operators";
import type { Field } from "../definitions";

export const starsOf = (field: Field): number => Math.min(Math.max(Number(field.max ?? 5) || 5, 1), 10);

function RatingCell({ value, field }: CellProps) {
  const { t } = useLingui();
  if (value === null || value === undefined) return null;
  const [given, all] = [Number(value), starsOf(field)];
  return (
    <span className="q-stars" role="img" aria-label={t`${given} of ${all}`}>
      <span aria-hidden>{"★".repeat(given)}</span>
      <span aria-hidden className="q-stars-off">
        {"★".repeat(Math.max(0, all - given))}
      </span>
    </span>
  );
}

function RatingEditor({ value, onChange, field, ...rest }: EditorProps) {
  return (
    <span id={rest.id} className="q-rating" role="group" aria-label={rest.ariaLabel} aria-describedby={rest.describedBy}>
      <Rate
        count={starsOf(field)}
        value={value ? Number(value) : 0}
        onChange={(stars) => onChange(stars || null)}
        allowClear={!field.required}
        autoFocus={rest.autoFocus}
      />
    </span>
  );
}

function readStars(text: string, field: Field): number | null | undefined {
  const plain = text.normalize("NFKC").trim();
  if (!plain) return null;
  const stars = /^[★⭐]+/u.exec(plain) ? [...plain].filter((sign) => sign === "★" || sign === "⭐").length : Number(plain);
  return Number.isInteger(stars) && stars >= 1 && stars <= starsOf(field) ? stars : undefined;
}

export const rating: FieldKind = {
  icon: Star,
  Cell: RatingCell,
  Editor: RatingEditor,
  text: (value) => (value === null || value === undefined ? "" : String(value)),
  read: readStars,
  literal: (value) => (/^\d+$/.test(value) ? value : "blank"),
  operators: numberOperators,
  width: 130,
  sortable: true,
  isGroup: true,
  ends: "at_once",
};
