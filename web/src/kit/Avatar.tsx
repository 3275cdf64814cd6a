const HUES = ["good", "info", "warning", "neutral"] as const;

export function Avatar({ name, size = 26 }: { name: string; size?: number }) {
  const code = Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const hue = HUES[code % HUES.length];
  return (
    <span className={`q-avatar q-tag-${hue}`} style={{ width: size, height: size, fontSize: size * 0.46 }} aria-hidden>
      {Array.from(name.trim())[0]?.toUpperCase() ?? "·"}
    </span>
  );
}
