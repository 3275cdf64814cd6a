import { useLingui } from "@lingui/react/macro";
import { Button, Dropdown } from "antd";
import { Monitor, Moon, Sun } from "lucide-react";
import { useSetting } from "../kit/settings";
import { type ThemeChoice, useScheme } from "./App";

export function ThemeSwitch() {
  const { t } = useLingui();
  const [choice, setChoice] = useSetting<ThemeChoice>("theme", "auto");
  const scheme = useScheme();
  const items = [
    { key: "light", label: t`Light`, icon: <Sun size={15} aria-hidden /> },
    { key: "dark", label: t`Dark`, icon: <Moon size={15} aria-hidden /> },
    { key: "auto", label: t`As the system`, icon: <Monitor size={15} aria-hidden /> },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, selectable: true, selectedKeys: [choice], onClick: ({ key }) => setChoice(key as ThemeChoice) }}
    >
      <Button type="text" aria-label={t`Theme`} icon={scheme === "dark" ? <Moon size={17} aria-hidden /> : <Sun size={17} aria-hidden />} />
    </Dropdown>
  );
}
