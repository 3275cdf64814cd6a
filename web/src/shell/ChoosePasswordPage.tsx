import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Logo } from "../kit/Logo";
import { LanguageSwitch } from "./LanguageSwitch";
import { PasswordForm } from "./PasswordForm";
import { signOut } from "./session";

/** Until the first password is the person's own, the server shows nothing else. */
export default function ChoosePasswordPage() {
  const { t } = useLingui();
  return (
    <div className="q-sign-in">
      <main className="q-sign-in-card">
        <header>
          <Logo size={40} />
          <LanguageSwitch />
        </header>
        <h1>{t`Choose your own password`}</h1>
        <p className="q-muted">{t`This password was given to you. Choose one that only you know.`}</p>
        <div className="q-sign-in-form">
          <PasswordForm isFirst />
        </div>
        <Button type="text" block onClick={() => void signOut()}>
          {t`Sign out`}
        </Button>
      </main>
    </div>
  );
}
