import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Maximize2, X } from "lucide-react";
import { Link } from "react-router";
import { Bones, Failed } from "../../kit/states";
import { type ObjectInfo, recordPath } from "../definitions";
import { useRecord } from "../query";
import { RecordView } from "./RecordView";
import "../../forms/forms.css";

interface SidePanelProps {
  object: ObjectInfo;
  id: string;
  onClose: () => void;
}

/** The record beside its list; Escape closes it. */
export default function SidePanel({ object, id, onClose }: SidePanelProps) {
  const { t } = useLingui();
  const record = useRecord(object.name, id);
  return (
    <aside className="q-panel" aria-label={object.label} onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && onClose()}>
      <div className="q-panel-bar">
        <Link to={recordPath(object.name, id)} aria-label={t`Open as a page`}>
          <Button type="text" size="small" tabIndex={-1} icon={<Maximize2 size={15} aria-hidden />} aria-hidden />
        </Link>
        <Button type="text" size="small" icon={<X size={16} aria-hidden />} aria-label={t`Close`} onClick={onClose} />
      </div>
      {record.isPending ? <Bones lines={8} /> : record.isError ? <Failed error={record.error} retry={() => record.refetch()} /> : <RecordView object={object} record={record.data} isPanel />}
    </aside>
  );
}
