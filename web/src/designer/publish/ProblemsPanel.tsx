import { useLingui } from "@lingui/react/macro";
import { Drawer } from "antd";
import { Bones, Failed } from "../../kit/states";
import { useDesign } from "../context";
import { type PanelProps, useFindings } from "../DraftBar";
import { FindingsList } from "./FindingsList";
import { useFix } from "./fixing";
import { conflictsOf } from "./publishing";
import "./publish.css";

export default function ProblemsPanel({ onGo, onClose }: PanelProps) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const fix = useFix();
  const { data, error, refetch } = useFindings();
  return (
    <Drawer open onClose={onClose} title={t`Problems`} size={560}>
      {conflictsOf(error) ? <p>{t`Others published meanwhile and changed the same things. “Publish” shows them side by side.`}</p> : error ? <Failed error={error} retry={refetch} /> : data ? <FindingsList findings={data.findings} drafted={definitions} onGo={onGo} onFix={fix} /> : <Bones />}
    </Drawer>
  );
}
