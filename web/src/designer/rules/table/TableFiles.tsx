/** The rows as a spreadsheet: out, and in again as one step that can be undone. */
import { useLingui } from "@lingui/react/macro";
import { Button, Upload } from "antd";
import { Download, Upload as UploadIcon } from "lucide-react";
import { download } from "../../../kit/download";
import { useNotices } from "../../../kit/notices";
import { useDesign } from "../../context";
import { placeOf, readSheet } from "../server";
import { useRule } from "../state";

export function TableFiles() {
  const { t } = useLingui();
  const { name, put } = useRule();
  const { number, store } = useDesign();
  const notices = useNotices();

  async function keep(): Promise<void> {
    try {
      await store.settled();
      await download("GET", `${placeOf(number, name)}/xlsx`, undefined, `${name}.xlsx`);
    } catch (error) {
      notices.problem(error);
    }
  }

  async function take(file: File): Promise<void> {
    try {
      await store.settled();
      const { rows } = await readSheet(number, name, file);
      put(t`Rows from ${file.name}`, { rows });
    } catch (error) {
      notices.problem(error);
    }
  }

  return (
    <div className="q-rule-line">
      <Button size="small" icon={<Download size={14} aria-hidden />} onClick={() => void keep()}>
        Excel
      </Button>
      <Upload
        accept=".xlsx"
        showUploadList={false}
        beforeUpload={(file) => {
          void take(file);
          return false;
        }}
      >
        <Button size="small" icon={<UploadIcon size={14} aria-hidden />}>{t`From Excel`}</Button>
      </Upload>
    </div>
  );
}
