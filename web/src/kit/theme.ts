/** The look of Queti in one place: antd's tokens and our own CSS variables come from the same palettes.

Accent is the blue-green of painted timber brackets (青绿彩画); `timber` is the warm counter-colour,
used sparingly. Every pair of text and ground below keeps WCAG AA (4.5 : 1). */
import type { ThemeConfig } from "antd";
import { theme as antd } from "antd";

export type Scheme = "light" | "dark";
export type Tone = "neutral" | "info" | "good" | "warning" | "bad";

interface Palette {
  ground: string;
  surface: string;
  sunken: string;
  raised: string;
  line: string;
  lineStrong: string;
  text: string;
  muted: string;
  accent: string;
  accentHover: string;
  accentSoft: string;
  accentText: string;
  timber: string;
  focus: string;
  shadow: string;
  tones: Record<Tone, { ground: string; text: string; solid: string }>;
}

export const palettes: Record<Scheme, Palette> = {
  light: {
    ground: "#f5f6f4",
    surface: "#ffffff",
    sunken: "#f0f2ef",
    raised: "#ffffff",
    line: "#e1e5e1",
    lineStrong: "#c3cbc5",
    text: "#1a2421",
    muted: "#55625d",
    accent: "#0e6a63",
    accentHover: "#0a554f",
    accentSoft: "#e3f0ee",
    accentText: "#0b5f58",
    timber: "#9c4a26",
    focus: "#0e6a63",
    shadow: "0 1px 2px rgba(20,40,35,.05), 0 8px 24px rgba(20,40,35,.07)",
    tones: {
      neutral: { ground: "#eaedea", text: "#434f4a", solid: "#7b8782" },
      info: { ground: "#e3edfa", text: "#1c4c8a", solid: "#3a76c4" },
      good: { ground: "#ddf1e3", text: "#195d35", solid: "#2f8f57" },
      warning: { ground: "#fcefd2", text: "#734700", solid: "#c98a1b" },
      bad: { ground: "#fce5e1", text: "#96281b", solid: "#c8402f" },
    },
  },
  dark: {
    ground: "#111615",
    surface: "#19201f",
    sunken: "#141a19",
    raised: "#202927",
    line: "#2b3634",
    lineStrong: "#455350",
    text: "#e6ecea",
    muted: "#a4b1ad",
    accent: "#1b7d75",
    accentHover: "#23958b",
    accentSoft: "#163532",
    accentText: "#6fd3c8",
    timber: "#e5a37d",
    focus: "#6fd3c8",
    shadow: "0 1px 2px rgba(0,0,0,.4), 0 10px 28px rgba(0,0,0,.45)",
    tones: {
      neutral: { ground: "#2a3331", text: "#c3cdc9", solid: "#8b9894" },
      info: { ground: "#1b2f4a", text: "#a9cbf5", solid: "#5d97de" },
      good: { ground: "#173524", text: "#96dbb0", solid: "#4bb177" },
      warning: { ground: "#3a2c10", text: "#f0c875", solid: "#d79b2f" },
      bad: { ground: "#44201b", text: "#f7b3a9", solid: "#e06656" },
    },
  },
};

const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** `isStill`: without motion; popups that wait for the end of one would never be placed. */
export function antdTheme(scheme: Scheme, isStill: boolean): ThemeConfig {
  const palette = palettes[scheme];
  return {
    algorithm: scheme === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: palette.accent,
      colorPrimaryHover: palette.accentHover,
      colorPrimaryBg: palette.accentSoft,
      colorPrimaryText: palette.accentText,
      colorLink: palette.accentText,
      colorLinkHover: palette.accentText,
      colorInfo: palette.tones.info.solid,
      colorSuccess: palette.tones.good.solid,
      colorWarning: palette.tones.warning.solid,
      colorError: scheme === "dark" ? "#e06656" : "#b83626",
      colorText: palette.text,
      colorTextSecondary: palette.muted,
      colorTextTertiary: palette.muted,
      colorTextDescription: palette.muted,
      colorTextPlaceholder: scheme === "dark" ? "#909d99" : "#66726d",
      colorBgBase: palette.surface,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBgLayout: palette.ground,
      colorBorder: palette.lineStrong,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      borderRadius: 7,
      fontFamily: font,
      fontSize: 14,
      controlHeight: 34,
      motion: !isStill,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.18s",
    },
    components: {
      // White stays readable on a button under the pointer; the words of a plain one stay so on its ground.
      Button: {
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
        fontWeight: 500,
        colorPrimaryHover: scheme === "dark" ? "#17706a" : palette.accentHover,
        defaultHoverColor: palette.accentHover,
        defaultHoverBorderColor: palette.accentHover,
      },
      Menu: { itemHeight: 34, itemBorderRadius: 7, itemSelectedColor: palette.accentText, itemSelectedBg: palette.accentSoft },
      Switch: { colorTextQuaternary: scheme === "dark" ? "#5b6865" : "#66726d", colorTextTertiary: scheme === "dark" ? "#697673" : "#56625d" },
      Tabs: { itemSelectedColor: palette.accentText, itemHoverColor: palette.accentText, inkBarColor: palette.accent },
    },
  };
}

/** Publishes the palette as `--q-…` for our own style sheets. */
export function paint(scheme: Scheme): void {
  const root = document.documentElement;
  const { tones, ...plain } = palettes[scheme];
  for (const [name, value] of Object.entries(plain)) root.style.setProperty(`--q-${name}`, value);
  for (const [tone, colours] of Object.entries(tones)) {
    for (const [part, value] of Object.entries(colours)) root.style.setProperty(`--q-${tone}-${part}`, value);
  }
  root.style.setProperty("--q-font", font);
  root.style.colorScheme = scheme;
  root.dataset.scheme = scheme;
}
