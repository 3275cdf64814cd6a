/** The session ended while somebody was at work: they sign in over the page and go on where they were. */
import { useLingui } from "@lingui/react/macro";
import { Modal } from "antd";
import type { Me } from "./session";
import { SignInForm, useSignIn } from "./SignInPage";

export default function SignInAgain({ was, onBack }: { was: Me; onBack: (me: Me) => void }) {
  const { t } = useLingui();
  const { signIn, error, busy } = useSignIn((me) => (me.user === was.user && me.workspace === was.workspace ? onBack(me) : location.assign("/")));
  return (
    <Modal
      open
      title={t`Sign in again`}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={null}
      width={420}
      rootClassName="q-sign-in-again"
      afterOpenChange={() => document.getElementById("password")?.focus()}
    >
      <p className="q-muted">{t`Your session has ended. What you typed is still here.`}</p>
      <div className="q-sign-in-form">
        <SignInForm who={was} onSignIn={signIn} error={error} busy={busy} />
      </div>
    </Modal>
  );
}
