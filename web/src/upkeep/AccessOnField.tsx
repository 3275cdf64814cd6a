import { useLingui } from "@lingui/react/macro";
import { Eye } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Field, ObjectInfo, RecordAnswer } from "../records/definitions";
import { useMe } from "../shell/session";

const AccessDrawer = lazy(() => import("./AccessDrawer"));

/** Beside a field's value, for administrators. */
export function AccessOnField({ object, record, field }: { object: ObjectInfo; record: RecordAnswer; field: Field }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  if (!useMe().administers) return null;
  return (
    <>
      <button type="button" className="q-fact-edit q-fact-access" aria-label={t`Who can see ${field.label}?`} title={t`Who can see this?`} onClick={() => setOpen(true)}>
        <Eye size={13} aria-hidden />
      </button>
      {isOpen && (
        <Suspense>
          <AccessDrawer object={object} record={record} field={field.name} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
