import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { LocateFixed, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useState } from "react";
import type { EditorProps } from "./kind";
import { type Place, readPlace, showPlace } from "./location";
import PlaceMap from "./PlaceMap";

const SPANS = [360, 120, 40, 12, 4, 1];

export default function PlaceEditor({ value, onChange, ...rest }: EditorProps) {
  const { t } = useLingui();
  const place = value as Place | null;
  const shown = showPlace(place);
  const [typed, setTyped] = useState(shown);
  const [near, setNear] = useState(place ? 2 : 0);
  const [state, setState] = useState<"idle" | "asking" | "refused">("idle");
  useEffect(() => setTyped(shown), [shown]);

  function change(text: string): void {
    setTyped(text);
    if (!text.trim()) onChange(null);
    else if (readPlace(text)) onChange(readPlace(text));
  }

  function locate(): void {
    setState("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState("idle");
        setNear(3);
        onChange({ lat: coords.latitude.toFixed(6), lng: coords.longitude.toFixed(6) });
      },
      () => setState("refused"),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  const isWrong = Boolean(typed.trim()) && !readPlace(typed);
  return (
    <div className="q-place-editor" aria-describedby={rest.describedBy}>
      <div className="q-place-bar">
        <Input
          id={rest.id}
          value={typed}
          onChange={(event) => change(event.target.value)}
          placeholder="31.2304, 121.4737"
          aria-label={t`Latitude, longitude`}
          aria-invalid={rest.invalid || isWrong || undefined}
          status={rest.invalid || isWrong ? "error" : undefined}
          autoFocus={rest.autoFocus}
        />
        {"geolocation" in navigator && (
          <Button icon={<LocateFixed size={15} aria-hidden />} loading={state === "asking"} onClick={locate}>
            {t`Here`}
          </Button>
        )}
      </div>
      <div className="q-place-map">
        <PlaceMap place={place} span={SPANS[near]} onPick={onChange} />
        <span>
          <Button size="small" aria-label={t`Nearer`} icon={<ZoomIn size={14} aria-hidden />} disabled={near === SPANS.length - 1} onClick={() => setNear(near + 1)} />
          <Button size="small" aria-label={t`Farther`} icon={<ZoomOut size={14} aria-hidden />} disabled={near === 0} onClick={() => setNear(near - 1)} />
        </span>
      </div>
      {isWrong && <p className="q-field-error">{t`Latitude, then longitude, in degrees.`}</p>}
      {state === "refused" && (
        <p role="alert" className="q-field-error">
          {t`This device did not tell its position. Type it, or press on the map.`}
        </p>
      )}
    </div>
  );
}
