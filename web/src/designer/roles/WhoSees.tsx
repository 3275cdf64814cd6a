/** From rights to what they come to: who sees one record, and one field of it, by which role and scope. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { ScanEye } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useDefs } from "../../records/context";
import { useNotices } from "../../kit/notices";
import { useDesign } from "../context";

const AccessDrawer = lazy(() => import("../../upkeep/AccessDrawer"));

/** What isn't published yet has no records to ask about. */
export function WhoSees({ object }: { object: string }) {
  const { t } = useLingui();
  const { number, store } = useDesign();
  const { objects } = useDefs();
  const notices = useNotices();
  const [isOpen, setOpen] = useState(false);
  const known = objects[object];
  if (!known) return null;
  return (
    <>
      <Button icon={<ScanEye size={15} aria-hidden />} onClick={() => store.settled().then(() => setOpen(true), notices.problem)}>
        {t`Who can see this?`}
      </Button>
      {isOpen && (
        <Suspense>
          <AccessDrawer object={known} draft={number} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
