import { useLingui } from "@lingui/react/macro";
import { Button, Modal, Typography } from "antd";

export interface Issued {
  id: number;
  login: string;
  password: string;
}

/** Shown once; the person chooses a password of their own on the first sign-in. */
export function OneTimePassword({ issued, onClose }: { issued: Issued; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal open title={t`One-time password for ${issued.login}`} onCancel={onClose} footer={<Button type="primary" onClick={onClose}>{t`Done`}</Button>}>
      <p>{t`Hand it over in person or by a call. It is shown this once; the first sign-in asks for a new one.`}</p>
      <Typography.Paragraph copyable={{ tooltips: [t`Copy`, t`Copied`] }} className="q-one-time">
        {issued.password}
      </Typography.Paragraph>
    </Modal>
  );
}
