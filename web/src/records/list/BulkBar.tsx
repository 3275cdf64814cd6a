import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { RotateCcw, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useDefs } from "../context";
import type { ObjectInfo, OperationInfo, RecordAnswer } from "../definitions";
import { OperationDialog } from "../operations/OperationDialog";
import { subjectOf } from "../operations/inputs";
import { useTrash } from "../writes";

interface BulkBarProps {
  object: ObjectInfo;
  rows: RecordAnswer[];
  isTrash: boolean;
  onDone: () => void;
}

/** What can be done with all chosen records at once: all or nothing. */
export function BulkBar({ object, rows, isTrash, onDone }: BulkBarProps) {
  const { t } = useLingui();
  const definitions = useDefs();
  const trash = useTrash(object);
  const [asked, setAsked] = useState<OperationInfo | null>(null);
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
      {isTrash ? (
        <Button size="small" icon={<RotateCcw size={14} aria-hidden />} onClick={() => trash.restore(rows).then(onDone)}>
          {t`Bring back`}
        </Button>
      ) : (
        object.may.remove && (
          <Button size="small" danger icon={<Trash2 size={14} aria-hidden />} onClick={() => trash.remove(rows).then(onDone)}>
            {t`Move to the trash`}
          </Button>
        )
      )}
      <Button size="small" type="text" icon={<X size={14} aria-hidden />} aria-label={t`Choose none`} onClick={onDone} />
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
