/** The browser's own detector where there is one, else ZXing. Nothing leaves the device. */
interface Detector {
  detect: (source: CanvasImageSource) => Promise<{ rawValue: string }[]>;
}

const own = (): Detector | undefined => {
  const Native = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector;
  return Native && new Native();
};

/** The first code that the camera sees; undefined when it was stopped. Rejects without a camera. */
export async function readLive(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const close = () => stream.getTracks().forEach((track) => track.stop());
  signal.addEventListener("abort", close);
  video.srcObject = stream;
  await video.play().catch(() => undefined);
  try {
    const see = await seer();
    while (!signal.aborted) {
      const text = video.readyState >= 2 ? await see(video) : undefined;
      if (text) return text;
      await new Promise((next) => setTimeout(next, 120));
    }
    return undefined;
  } finally {
    close();
  }
}

export async function readPhoto(file: Blob): Promise<string | undefined> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return await (await seer())(image);
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

type See = (source: HTMLVideoElement | HTMLImageElement) => Promise<string | undefined>;

async function seer(): Promise<See> {
  const native = own();
  const works = native && (await native.detect(document.createElement("canvas")).then(() => true, (error: Error) => error.name === "InvalidStateError"));
  if (native && works) return async (source) => (await native.detect(source).catch(() => []))[0]?.rawValue;
  const { BrowserMultiFormatReader } = await import("@zxing/browser");
  const reader = new BrowserMultiFormatReader();
  return async (source) => decode(() => reader.decodeFromCanvas(canvasOf(source)).getText());
}

function decode(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function canvasOf(source: HTMLVideoElement | HTMLImageElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.naturalWidth, source.naturalHeight];
  const scale = Math.min(1, 1600 / Math.max(width, height, 1));
  [canvas.width, canvas.height] = [Math.max(1, width * scale), Math.max(1, height * scale)];
  canvas.getContext("2d")!.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
