import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Merge, Pencil, RotateCcw, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { Fitting } from "../../upkeep/BulkDialog";
import { duplicatesPath, mayChangeMany, mayUnite } from "../../upkeep/upkeep";
import { useDefs } from "../context";
import type { ObjectInfo, OperationInfo, RecordAnswer } from "../definitions";
import { OperationDialog } from "../operations/OperationDialog";
import { subjectOf } from "../operations/inputs";
import { useTrash } from "../writes";

const BulkDialog = lazy(() => import("../../upkeep/BulkDialog"));
const MOST_UNITED = 10;

interface BulkBarProps {
  object: ObjectInfo;
  rows: RecordAnswer[];
  isTrash: boolean;
  /** All that the list shows, chosen or not. */
  fitting?: Fitting;
  onDone: () => void;
}

/** What can be done with all chosen records at once: all or nothing. */
export function BulkBar({ object, rows, isTrash, fitting, onDone }: BulkBarProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const trash = useTrash(object);
  const [asked, setAsked] = useState<OperationInfo | null>(null);
  const [isChanging, setChanging] = useState(false);
  const navigate = useNavigate();
  const operations = object.operations
    .flatMap((name) => definitions.operations[name] ?? [])
    .filter((operation) => !operation.reads_only && subjectOf(operation)?.many);
  return (
    <div className="q-bulk" role="toolbar" aria-label={t`With the chosen records`}>
      <strong>{t`${rows.length} chosen`}</strong>
      {!isTrash &&
        operations.slice(0, 5).map((operation) => (
          <Button key={operation.name} size="small" onClick={() => setAsked(operation)}>
            {operation.label}
          </Button>
        ))}
      {!isTrash && mayChangeMany(object) && (
        <Button size="small" icon={<Pencil size={14} aria-hidden />} onClick={() => setChanging(true)}>
          {t`Change fields`}
        </Button>
      )}
      {!isTrash && mayUnite(object) && rows.length > 1 && rows.length <= MOST_UNITED && (
        <Button size="small" icon={<Merge size={14} aria-hidden />} onClick={() => navigate(`${duplicatesPath(object)}?from=list&ids=${rows.map(({ id }) => id).join(",")}`)}>
          {t`Unite`}
        </Button>
      )}
      {isTrash ? (
        <Button size="small" icon={<RotateCcw size={14} aria-hidden />} onClick={() => trash.restore(rows).then((came) => came && onDone())}>
          {t`Bring back`}
        </Button>
      ) : (
        object.may.remove && (
          <Button size="small" danger icon={<Trash2 size={14} aria-hidden />} onClick={() => trash.remove(rows).then((went) => went && onDone())}>
            {t`Move to the trash`}
          </Button>
        )
      )}
      <Button size="small" type="text" icon={<X size={14} aria-hidden />} aria-label={t`Choose none`} onClick={onDone} />
      {isChanging && (
        <Suspense>
          <BulkDialog object={object} chosen={rows} fitting={fitting} onClose={() => setChanging(false)} onDone={onDone} />
        </Suspense>
      )}
      {asked && (
        <OperationDialog
          operation={asked}
          object={object}
          records={rows}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            onDone();
          }}
        />
      )}
    </div>
  );
}
