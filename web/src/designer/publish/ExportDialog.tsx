/** An app as one file, for another workspace. Of a shipped app one's own changes go out, as an app of their own. */
import { useLingui } from "@lingui/react/macro";
import { Input, Modal } from "antd";
import { useId, useState } from "react";
import { download } from "../../kit/download";
import { useProblemWords } from "../../kit/states";
import { identifier } from "../names";
import type { AppKnown } from "./AppsPage";

export function ExportDialog({ app, onClose }: { app: AppKnown; onClose: () => void }) {
  const { t } = useLingui();
  const words = useProblemWords();
  const id = useId();
  const isShipped = app.from === "queti";
  const [version, setVersion] = useState(isShipped ? "1.0.0" : app.version);
  const [notes, setNotes] = useState("");
  const [name, setName] = useState(isShipped ? t`${app.label}, our way` : "");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    const own = isShipped ? { as_app: `${app.app}${identifier(name, "own").replaceAll("_", "")}`.slice(0, 20), label: { en: name, zh: name } } : {};
    try {
      await download("POST", `/api/apps/${app.app}/export`, { version, notes, ...own }, `${own.as_app ?? app.app}-${version}.queti-app`);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Modal open onCancel={onClose} onOk={send} okText={t`Export`} confirmLoading={isBusy} okButtonProps={{ disabled: isShipped && app.changes === 0 }} title={t`Export ${app.label}`}>
      <div className="q-suggest-form">
        {isShipped && <p className="q-muted">{app.changes > 0 ? t`This app is on every server. Your own changes to it are exported as an app of their own.` : t`This app is on every server, and nothing was changed here: there is nothing to export.`}</p>}
        {isShipped && app.changes > 0 && (
          <div className="q-field">
            <label htmlFor={`${id}-name`}>{t`Name of the app`}</label>
            <Input id={`${id}-name`} value={name} onChange={(event) => setName(event.target.value)} />
          </div>
        )}
        <div className="q-field">
          <label htmlFor={`${id}-version`}>{t`Version`}</label>
          <Input id={`${id}-version`} value={version} onChange={(event) => setVersion(event.target.value)} />
        </div>
        <div className="q-field">
          <label htmlFor={`${id}-notes`}>{t`What is new in it`}</label>
          <Input.TextArea id={`${id}-notes`} value={notes} onChange={(event) => setNotes(event.target.value)} autoSize={{ minRows: 2, maxRows: 6 }} />
        </div>
        {error !== null && (
          <p className="q-alert" role="alert">
            {words(error)}
          </p>
        )}
      </div>
    </Modal>
  );
}
