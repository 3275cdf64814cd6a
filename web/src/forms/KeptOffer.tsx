import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { History } from "lucide-react";
import { showMoment } from "../kit/time";
import type { Kept } from "./keep";

interface KeptOfferProps {
  kept: Kept;
  /** The record was saved by somebody since. */
  isOld: boolean;
  onRestore: () => void;
  onDiscard: () => void;
}

/** There is something that was typed and not saved. */
export function KeptOffer({ kept, isOld, onRestore, onDiscard }: KeptOfferProps) {
  const { t } = useLingui();
  const count = Object.keys(kept.values).length;
  return (
    <section className="q-kept-offer" role="status">
      <History size={17} aria-hidden />
      <p>
        {t`What you typed ${showMoment(kept.at)} was not saved: ${count} fields.`} {isOld && t`The record has changed since.`}
      </p>
      <Button size="small" type="primary" onClick={onRestore}>{t`Go on with it`}</Button>
      <Button size="small" onClick={onDiscard}>{t`Throw it away`}</Button>
    </section>
  );
}
