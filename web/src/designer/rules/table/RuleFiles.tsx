/** The rows as a spreadsheet: out, and in again as one step that can be undone. */
import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { ChevronDown, Download, FileSpreadsheet, Upload } from "lucide-react";
import { useRef } from "react";
import { download } from "../../../kit/download";
import { useNotices } from "../../../kit/notices";
import { useDesign } from "../../context";
import { placeOf, readSheet } from "../server";
import { useRule } from "../state";

export function RuleFiles() {
  const { t } = useLingui();
  const { name, body, put } = useRule();
  const { number, store } = useDesign();
  const notices = useNotices();
  const chooser = useRef<HTMLInputElement>(null);

  async function settled(act: () => Promise<void>): Promise<void> {
    try {
      await store.settled();
      await act();
    } catch (error) {
      notices.problem(error);
    }
  }

  const keep = () => settled(() => download("GET", `${placeOf(number, name)}/xlsx`, undefined, `${name}.xlsx`));
  const take = (file: File) =>
    settled(async () => {
      const { rows } = await readSheet(number, name, file);
      put(t`Rows from ${file.name}`, { rows });
      notices.done(t`${rows.length} rows from ${file.name}`);
    });

  const items = [
    { key: "keep", label: t`Keep as Excel`, icon: <Download size={15} aria-hidden /> },
    { key: "take", label: t`Rows from Excel…`, icon: <Upload size={15} aria-hidden /> },
  ];
  const hasColumns = Object.keys({ ...body.inputs, ...body.outputs }).length > 0;
  return (
    <>
      <Dropdown trigger={["click"]} disabled={!hasColumns} menu={{ items, onClick: ({ key }) => void (key === "keep" ? keep() : chooser.current?.click()) }}>
        <Button size="small" type="text" icon={<FileSpreadsheet size={15} aria-hidden />}>
          Excel <ChevronDown size={13} aria-hidden />
        </Button>
      </Dropdown>
      <input
        ref={chooser}
        type="file"
        accept=".xlsx,.csv"
        hidden
        aria-label={t`Rows from Excel…`}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file) void take(file);
        }}
      />
    </>
  );
}
