/** Another draft's changes into one's own: a suggestion, or what another builder shares. What both changed is decided side by side. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { GitMerge } from "lucide-react";
import { useState } from "react";
import { useNotices } from "../../kit/notices";
import { useMe } from "../../shell/session";
import { createDraft, draftStore, listDrafts } from "../draft";
import { ConflictList, decided, type Decisions } from "./ConflictList";
import { type Conflict, conflictsOf, type Decision, mergeDraft } from "./publishing";

interface TakeInProps {
  from: number;
  /** The draft that takes it; one's own newest, or a new one, when not given. */
  into?: number;
  onTaken: (into: number) => void;
}

export function TakeIn({ from, into, onTaken }: TakeInProps) {
  const { t } = useLingui();
  const own = useOwnDraft();
  const client = useQueryClient();
  const notices = useNotices();
  const [isBusy, setBusy] = useState(false);
  const [conflicts, setConflicts] = useState<Conflict[]>([]);
  const [decisions, setDecisions] = useState<Decisions>({});

  async function take(choices: Decision[]): Promise<void> {
    setBusy(true);
    try {
      const mine = into ?? (await own());
      const store = draftStore(mine);
      await store.settled();
      await mergeDraft(mine, from, choices);
      await Promise.all([store.load(), client.invalidateQueries({ queryKey: ["drafts"] }), client.invalidateQueries({ queryKey: ["suggestions"] })]);
      notices.done(t`It is in your draft now: look at it and publish`);
      onTaken(mine);
    } catch (error) {
      const found = conflictsOf(error);
      if (found) setConflicts(found);
      else notices.problem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button size="small" icon={<GitMerge size={14} aria-hidden />} loading={isBusy && conflicts.length === 0} onClick={() => take([])}>
        {t`Take into my draft`}
      </Button>
      {conflicts.length > 0 && (
        <Drawer
          open
          onClose={() => setConflicts([])}
          title={t`Take into my draft`}
          size={860}
          footer={
            <Button type="primary" size="large" block loading={isBusy} disabled={decided(conflicts, decisions).length < conflicts.length} onClick={() => take(decided(conflicts, decisions))}>
              {t`Take into my draft`}
            </Button>
          }
        >
          <ConflictList conflicts={conflicts} decisions={decisions} onDecide={setDecisions} other="draft" />
        </Drawer>
      )}
    </>
  );
}

/** One's own newest draft; a new one where there is none. */
function useOwnDraft(): () => Promise<number> {
  const me = useMe();
  return async () => {
    const own = (await listDrafts()).find((one) => one.created_by === me.user && !one.suggestion);
    return (own ?? (await createDraft(""))).draft;
  };
}
