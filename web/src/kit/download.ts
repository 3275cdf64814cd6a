import { language } from "./i18n";
import { Problem } from "./api";

/** What the server answers is kept as a file. */
export async function download(method: string, path: string, body: unknown, name: string): Promise<void> {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "Accept-Language": language(), "X-Queti": "1" },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
  if (!response.ok) throw new Problem(response.status, ((await response.json().catch(() => null)) as Record<string, unknown> | null) ?? { title: response.statusText });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
