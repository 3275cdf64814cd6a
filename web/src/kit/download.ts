import { fetchFile } from "./api";

/** What the server answers is kept as a file. */
export async function download(method: string, path: string, body: unknown, name: string): Promise<void> {
  keep(name, await fetchFile(method, path, { body }));
}

/** A text is kept as a file; spreadsheets know by the mark before it that a CSV is in Unicode. */
export function keepText(name: string, text: string, type: string): void {
  keep(name, new Blob([type === "text/csv" ? "\ufeff" : "", text], { type: `${type};charset=utf-8` }));
}

function keep(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
