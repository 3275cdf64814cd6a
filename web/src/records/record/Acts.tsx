import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { DraftingCompass, EllipsisVertical, Eye, MessageSquarePlus, Printer, RotateCcw, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { address, type Offer } from "../../kit/api";
import { language } from "../../kit/i18n";
import { useNotices } from "../../kit/notices";
import { useDefs } from "../context";
import { type ObjectInfo, objectPath, type OperationInfo, type RecordAnswer, type Values } from "../definitions";
import { asksNothing, OperationDialog } from "../operations/OperationDialog";
import { borrowedBy } from "../operations/inputs";
import { useMade } from "../operations/made";
import { usePerform } from "../operations/perform";
import { type Act, usePossible } from "./possible";
import { useMe } from "../../shell/session";
import { askToSuggest } from "../../suggest/asking";
import { useTrash } from "../writes";

const AccessDrawer = lazy(() => import("../../upkeep/AccessDrawer"));

interface ActsProps {
  object: ObjectInfo;
  record: RecordAnswer;
  isTrashed: boolean;
}

/** The next act as a full button, two more beside it, the rest in a menu with print and trash. */
export function Acts({ object, record, isTrashed }: ActsProps) {
  const definitions = useDefs();
  const [asked, setAsked] = useState<OperationInfo | null>(null);
  const [search, setSearch] = useSearchParams();
  const made = useMade(asked);
  const { acts: offered, taken } = usePossible(object, record);
  const borrowed = isTrashed || !taken ? [] : borrowedBy(definitions, object, record).filter(({ operation }) => taken[operation.name] !== false);
  const acts = offered.filter((act) => act.possible !== false && definitions.operations[act.operation]);
  const wanted = search.get("do");
  useEffect(() => {
    const operation = wanted ? definitions.operations[wanted] : undefined;
    if (!operation) return;
    setAsked(operation);
    setSearch((now) => without(now, "do"), { replace: true });
  }, [wanted, definitions, setSearch]);

  const primary = acts.find((act) => act.primary) ?? null;
  const others = [...acts.filter((act) => act !== primary), ...borrowed.map(({ operation }) => ({ operation: operation.name, label: operation.label }))];
  const subject = borrowed.find(({ operation }) => operation === asked)?.subject;
  const ask = (name: string) => setAsked(definitions.operations[name] ?? null);
  return (
    <>
      {others.slice(0, 2).map((act) => (
        <ActButton key={act.operation} act={act} record={record} onAsk={ask} />
      ))}
      {primary && <ActButton act={primary} record={record} onAsk={ask} isPrimary />}
      <MoreMenu object={object} record={record} isTrashed={isTrashed} acts={others.slice(2)} onAsk={ask} />
      {asked && <OperationDialog key={asked.name} operation={asked} object={object} records={[record]} subject={subject} onClose={() => setAsked(null)} next={made} onOffer={ask} />}
    </>
  );
}

function without(search: URLSearchParams, name: string): URLSearchParams {
  const next = new URLSearchParams(search);
  next.delete(name);
  return next;
}

interface ActButtonProps {
  act: Act;
  record: RecordAnswer;
  onAsk: (operation: string) => void;
  isPrimary?: boolean;
}

function ActButton({ act, record, onAsk, isPrimary }: ActButtonProps) {
  const operation = useDefs().operations[act.operation]!;
  const notices = useNotices();
  const perform = usePerform(operation, [record]);
  const made = useMade(operation);

  function press(): void {
    if (asksNothing(operation)) run({});
    else onAsk(operation.name);
  }

  function run(inputs: Values): void {
    perform.mutate(inputs, {
      onSuccess: (performed) => notices.done(operation.label, made(performed)),
      onError: (error) => notices.problem(error, take),
    });
  }

  function take(offer: Offer): void {
    if (offer.inputs && offer.operation === operation.name) run(offer.inputs);
    else onAsk(offer.operation);
  }

  return (
    <Button type={isPrimary ? "primary" : "default"} loading={perform.isPending} onClick={press}>
      {act.label || operation.label}
    </Button>
  );
}

interface MoreMenuProps extends ActsProps {
  acts: Act[];
  onAsk: (operation: string) => void;
}

function MoreMenu({ object, record, isTrashed, acts, onAsk }: MoreMenuProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const navigate = useNavigate();
  const trash = useTrash(object);
  const prints = object.prints.flatMap((name) => definitions.prints[name] ?? []);
  const canRemove = usePossible(object, record).may.remove;
  const me = useMe();
  const [isAccessOpen, setAccessOpen] = useState(false);
  const items = [
    ...acts.map((act) => ({ key: `do:${act.operation}`, label: act.label })),
    ...prints.map((print) => ({ key: `print:${print.name}`, label: t`Print ${print.label}`, icon: <Printer size={15} aria-hidden /> })),
    ...(me.administers ? [{ key: "design", label: t`Edit this form`, icon: <DraftingCompass size={15} aria-hidden /> }] : []),
    ...(me.administers ? [{ key: "access", label: t`Who can see this?`, icon: <Eye size={15} aria-hidden /> }] : []),
    { key: "suggest", label: t`Suggest a change`, icon: <MessageSquarePlus size={15} aria-hidden /> },
    ...(isTrashed ? [{ key: "restore", label: t`Bring back`, icon: <RotateCcw size={15} aria-hidden /> }] : []),
    ...(canRemove && !isTrashed ? [{ key: "trash", label: t`Move to the trash`, icon: <Trash2 size={15} aria-hidden />, danger: true }] : []),
  ];

  async function act(key: string): Promise<void> {
    if (key === "access") return setAccessOpen(true);
    if (key === "suggest") return askToSuggest({ object: object.name });
    if (key === "design") return void navigate(`/design/object/${object.name}`);
    if (key === "trash") {
      if (await trash.remove([record])) navigate(objectPath(object.name));
    } else if (key === "restore") await trash.restore([record]);
    else if (key.startsWith("print:")) window.open(address(`/api/prints/${key.slice(6)}/${record.id}`, { language: language() }), "_blank", "noopener");
    else onAsk(key.slice(3));
  }

  if (items.length === 0) return null;
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => void act(key) }}>
        <Button icon={<EllipsisVertical size={16} aria-hidden />} aria-label={t`More for this record`} />
      </Dropdown>
      {isAccessOpen && (
        <Suspense>
          <AccessDrawer object={object} record={record} onClose={() => setAccessOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
