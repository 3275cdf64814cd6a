/** Reads bar and QR codes with the camera, or from a photo where the browser gives no camera to the page. */
import { useLingui } from "@lingui/react/macro";
import { Button, Modal } from "antd";
import { Camera } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Apart } from "../../kit/Apart";
import { readLive, readPhoto } from "./scan";

interface ScannerProps {
  title: string;
  onFound: (text: string) => void;
  onClose: () => void;
}

export default function Scanner({ title, onFound, onClose }: ScannerProps) {
  const { t } = useLingui();
  const video = useRef<HTMLVideoElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [hasCamera, setHasCamera] = useState(Boolean(navigator.mediaDevices));
  const [isMissed, setMissed] = useState(false);
  const found = useRef(onFound);
  found.current = onFound;

  useEffect(() => {
    const stop = new AbortController();
    if (video.current) readLive(video.current, stop.signal).then((text) => text && found.current(text), () => setHasCamera(false));
    return () => stop.abort();
  }, [hasCamera]);

  async function look(file?: File): Promise<void> {
    const text = file && (await readPhoto(file));
    if (text) onFound(text);
    else setMissed(true);
  }

  return (
    <Apart>
      <Modal open title={title} footer={null} onCancel={onClose} width={480}>
        <div className="q-scanner">
          {hasCamera ? (
            <>
              <video ref={video} muted playsInline aria-label={t`What the camera sees`} />
              <p className="q-muted">{t`Hold the code before the camera.`}</p>
            </>
          ) : (
            <p>{t`The camera is not open to this page. A photo of the code will do.`}</p>
          )}
          <Button icon={<Camera size={15} aria-hidden />} onClick={() => chooser.current?.click()}>
            {t`Read from a photo`}
          </Button>
          <input ref={chooser} type="file" accept="image/*" capture="environment" hidden aria-label={t`Read from a photo`} onChange={(event) => void look(event.target.files?.[0])} />
          {isMissed && (
            <p role="alert" className="q-field-error">
              {t`No code was found on the photo. Try nearer, straight and in good light.`}
            </p>
          )}
        </div>
      </Modal>
    </Apart>
  );
}
