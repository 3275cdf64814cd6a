import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Languages } from "lucide-react";
import { useLocale } from "./App";
import { changeLanguage, type Me } from "./session";

/** Named in the language it leads to, so that a lost person finds the way back. */
export function LanguageSwitch() {
  const client = useQueryClient();
  const next = useLocale() === "zh" ? "en" : "zh";

  async function change(): Promise<void> {
    const me = client.getQueryData<Me | null>(["session"]);
    await changeLanguage(next, Boolean(me));
    if (me) client.setQueryData(["session"], { ...me, language: next });
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "ant-locale" });
  }

  return (
    <Button type="text" lang={next === "zh" ? "zh-CN" : "en"} icon={<Languages size={16} aria-hidden />} onClick={change}>
      {next === "zh" ? "中文" : "English"}
    </Button>
  );
}
