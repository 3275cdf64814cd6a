import { I18nProvider } from "@lingui/react";
import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import inEnglish from "antd/es/locale/en_US";
import { useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import { RouterProvider } from "react-router";
import { useMedia } from "../kit/media";
import { useSetting } from "../kit/settings";
import { antdTheme, paint, type Scheme } from "../kit/theme";
import { router } from "./routes";

export type ThemeChoice = "light" | "dark" | "auto";

export function useScheme(): Scheme {
  const [choice] = useSetting<ThemeChoice>("theme", "auto");
  const prefersDark = useMedia("(prefers-color-scheme: dark)");
  return choice === "auto" ? (prefersDark ? "dark" : "light") : choice;
}

const subscribeToLanguage = (notify: () => void) => i18n.on("change", notify);

export function useLocale(): string {
  return useSyncExternalStore(subscribeToLanguage, () => i18n.locale);
}

function useAntLocale(locale: string) {
  const { data } = useQuery({
    queryKey: ["ant-locale", locale],
    queryFn: async () => {
      if (locale !== "zh") return inEnglish;
      await import("dayjs/locale/zh-cn");
      return (await import("antd/es/locale/zh_CN")).default;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

export function App() {
  const scheme = useScheme();
  const locale = useLocale();
  const antLocale = useAntLocale(locale);
  const isStill = useMedia("(prefers-reduced-motion: reduce)");
  const theme = useMemo(() => antdTheme(scheme, isStill), [scheme, isStill]);
  useLayoutEffect(() => paint(scheme), [scheme]);

  return (
    <I18nProvider i18n={i18n}>
      <ConfigProvider theme={theme} locale={antLocale} button={{ autoInsertSpace: false }}>
        <AntApp className="q-app" notification={{ stack: { threshold: 3 } }}>
          <RouterProvider router={router} />
        </AntApp>
      </ConfigProvider>
    </I18nProvider>
  );
}
