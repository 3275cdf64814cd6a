/** Acts, results and waits in words. */
import { useLingui } from "@lingui/react/macro";
import { said, type TrailAct } from "./told";

/** Marks of the engine that tell a person nothing. */
const QUIET = new Set(["entered"]);

export const isTold = (act: TrailAct): boolean => !QUIET.has(act.act);

export function useTrailWords(): (act: TrailAct) => string {
  const { t } = useLingui();
  return (act) => {
    const by = act["by._label"] ?? t`The flow`;
    const to = act["to._label"] ?? "";
    const step = said(act.label) || act.step || "";
    switch (act.act) {
      case "submitted":
        return t`${by} submitted it`;
      case "approved":
        return t`${by} approved (${step})`;
      case "rejected":
        return t`${by} rejected (${step})`;
      case "handled":
        return t`${by} did it (${step})`;
      case "sent_back":
        return t`${by} sent it back to ${said(act.way)} (${step})`;
      case "taken_back":
        return t`${by} took their act back (${step})`;
      case "handed_over":
        return t`${by} handed it over to ${to} (${step})`;
      case "delegated":
        return t`${by} asked ${to} for their word (${step})`;
      case "returned":
        return t`${by} gave their word; ${to} has it again (${step})`;
      case "added":
        return t`${by} added ${to} as an approver (${step})`;
      case "removed":
        return t`${by} removed ${to} from the approvers (${step})`;
      case "reassigned":
        return step ? t`${by} gave it to ${to} (${step})` : t`${by} gave what comes later to ${to}`;
      case "withdrawn":
        return t`${by} withdrew it`;
      case "cancelled":
        return t`${by} gave it up`;
      case "resubmitted":
        return t`${by} submitted it again`;
      case "urged":
        return t`${by} urged those who have it`;
      case "commented":
        return t`${by} commented`;
      case "copied":
        return t`${to} got a copy`;
      case "read":
        return t`${by} read it`;
      case "passed":
        return to ? t`${step} was passed for ${to}, who had approved before or submitted it` : t`${step} was passed: nobody was found`;
      case "branch":
        return t`${step}: ${said(act.way) || (act.detail ?? "")}`;
      case "ran":
        return t`${step} was done`;
      case "failed":
        return t`${step} failed: ${act.detail ?? ""}`;
      case "restarted":
        return t`${by} ran ${step} again`;
      case "jumped":
        return t`${by} put it at ${step}`;
      case "stopped":
        return t`${by} stopped it`;
      case "moved":
        return t`${by} moved it to the new version`;
      case "late":
        return t`${step} is late`;
      case "ended":
        return act.detail === "approved" ? t`It is through` : act.detail === "rejected" ? t`It ended rejected` : t`It is over`;
      default:
        return [by, act.act, step].filter(Boolean).join(" · ");
    }
  };
}

/** How long somebody has had it, by the calendar of the flow. */
export function useHaving(): (hours: number) => string {
  const { t } = useLingui();
  return (hours) => {
    const minutes = Math.round(hours * 60);
    return hours < 1 ? t`${minutes} min` : t`${hours} working hours`;
  };
}

type Told = { label: string; tone: "info" | "good" | "bad" | "warning" | "neutral" };

/** What came of a task. */
export function useResultWords(): (result: string) => Told | null {
  const { t } = useLingui();
  const words: Record<string, Told> = {
    approved: { label: t`Approved`, tone: "good" },
    rejected: { label: t`Rejected`, tone: "bad" },
    handled: { label: t`Done`, tone: "good" },
    passed: { label: t`Passed by itself`, tone: "neutral" },
  };
  return (result) => words[result] ?? null;
}

export function useStateWords(): (state: string) => Told {
  const { t } = useLingui();
  return (state) => {
    switch (state) {
      case "queued":
        return { label: t`Waits in line`, tone: "neutral" };
      case "running":
        return { label: t`Running`, tone: "info" };
      case "approved":
        return { label: t`Approved`, tone: "good" };
      case "rejected":
        return { label: t`Rejected`, tone: "bad" };
      case "failed":
        return { label: t`A step failed`, tone: "bad" };
      case "stopped":
        return { label: t`Stopped`, tone: "warning" };
      case "withdrawn":
        return { label: t`Withdrawn`, tone: "neutral" };
      default:
        return { label: t`Cancelled`, tone: "neutral" };
    }
  };
}

export function useActWords(): (act: string) => string {
  const { t } = useLingui();
  const words: Record<string, string> = {
    approve: t`Approve`,
    reject: t`Reject`,
    handle: t`Done`,
    send_back: t`Send back`,
    hand_over: t`Hand it over`,
    delegate: t`Ask for a word`,
    add_approver: t`Add approvers`,
    remove_approver: t`Remove approvers`,
    take_back: t`Take back`,
    save_draft: t`Save as draft`,
    read: t`Mark as read`,
    reassign: t`Reassign`,
    withdraw: t`Withdraw`,
    urge: t`Urge`,
    cancel: t`Give up`,
    resubmit: t`Submit again`,
    comment: t`Comment`,
    restart_step: t`Run the failed step again`,
    jump: t`Put at another step`,
    stop: t`Stop`,
    move_to_version: t`Move to the new version`,
  };
  return (act) => words[act] ?? act;
}
