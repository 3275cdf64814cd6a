import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { LogOut, MessageSquarePlus, UserCog } from "lucide-react";
import { useNavigate } from "react-router";
import { Avatar } from "../kit/Avatar";
import { signOut, useMe } from "./session";

export function AccountMenu() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const items = [
    { key: "who", label: <span className="q-muted">{`${me.login} · ${me.workspace}`}</span>, disabled: true },
    { key: "account", label: t`My account`, icon: <UserCog size={15} aria-hidden /> },
    { key: "suggestions", label: t`My suggestions`, icon: <MessageSquarePlus size={15} aria-hidden /> },
    { key: "out", label: t`Sign out`, icon: <LogOut size={15} aria-hidden /> },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, onClick: ({ key }) => (key === "out" ? void signOut() : navigate(`/${key}`)) }}
    >
      <Button type="text" className="q-account" aria-label={t`Account of ${me.name}`}>
        <Avatar name={me.name} />
        <span>{me.name}</span>
      </Button>
    </Dropdown>
  );
}
