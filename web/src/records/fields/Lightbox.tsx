/** Pictures and PDFs as large as the window; arrows go on, Escape closes. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Shown } from "./file";
import { isImage, isPdf, saved } from "./upload";

export default function Lightbox({ files, start, onClose }: { files: Shown[]; start: number; onClose: () => void }) {
  const { t } = useLingui();
  const dialog = useRef<HTMLDialogElement>(null);
  const looked = files.filter((file) => file.url && (isImage(file) || isPdf(file)));
  const [at, setAt] = useState(() => Math.max(0, looked.indexOf(files[start]!)));
  const file = looked[at];
  useEffect(() => dialog.current?.showModal(), []);
  if (!file) return null;
  const step = (by: number) => setAt((now) => (now + by + looked.length) % looked.length);
  return createPortal(
    <dialog
      ref={dialog}
      className="q-lightbox"
      aria-label={file.name}
      onClose={onClose}
      onClick={(event) => {
        event.stopPropagation();
        if (event.target === event.currentTarget) onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "ArrowLeft") step(-1);
        if (event.key === "ArrowRight") step(1);
      }}
    >
      <header>
        <span className="q-ellipsis">
          {file.name}
          {looked.length > 1 && <small> {t`${at + 1} of ${looked.length}`}</small>}
        </span>
        <a href={saved(file.url!)} download={file.name} aria-label={t`Download ${file.name}`}>
          <Download size={18} aria-hidden />
        </a>
        <button type="button" onClick={onClose} aria-label={t`Close`} autoFocus>
          <X size={20} aria-hidden />
        </button>
      </header>
      {isImage(file) ? <img src={file.url} alt={file.name} /> : <Pdf file={file} />}
      {looked.length > 1 && (
        <>
          <button type="button" className="q-lightbox-before" onClick={() => step(-1)} aria-label={t`Previous file`}>
            <ChevronLeft size={26} aria-hidden />
          </button>
          <button type="button" className="q-lightbox-next" onClick={() => step(1)} aria-label={t`Next file`}>
            <ChevronRight size={26} aria-hidden />
          </button>
        </>
      )}
    </dialog>,
    document.body,
  );
}

/** The browser's own reader, given the bytes: the server lets no page frame its files. */
function Pdf({ file }: { file: Shown }) {
  const { t } = useLingui();
  const { data: url, isError } = useQuery({
    queryKey: ["pdf", file.file],
    queryFn: ({ signal }) => localUrl(file.url!, signal),
    staleTime: Infinity,
    gcTime: Infinity,
    enabled: navigator.pdfViewerEnabled,
  });
  if (!navigator.pdfViewerEnabled || isError)
    return (
      <p className="q-lightbox-words">
        {t`This browser shows no PDF within a page.`} <a href={saved(file.url!)} download={file.name}>{t`Download ${file.name}`}</a>
      </p>
    );
  return url ? <iframe src={url} title={file.name} /> : <p className="q-lightbox-words">{t`Loading…`}</p>;
}

async function localUrl(url: string, signal: AbortSignal): Promise<string> {
  if (url.startsWith("blob:")) return url;
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "application/pdf" }));
}
