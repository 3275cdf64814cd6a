/** Files on their way to the server, and where stored ones are found. */
import { i18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useSyncExternalStore } from "react";
import { address, Problem } from "../../kit/api";
import { language } from "../../kit/i18n";
import type { Field, Values } from "../definitions";

export interface StoredFile {
  file: number;
  name: string;
  size: number;
  type: string;
}

export const MIB = 1024 * 1024;
export const mostBytes = (field: Field): number => field.max_size ?? 20 * MIB;

let destination = "/api/files";

/** On the page of a public form its own address takes the files. */
export function uploadTo(path: string): void {
  destination = path;
}

let onTheWay = 0;
const watchers = new Set<() => void>();

function count(step: 1 | -1): void {
  onTheWay += step;
  for (const watch of watchers) watch();
}

/** Is a file on its way? Who saved now would leave it behind. */
export const useUploading = (): boolean =>
  useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
    () => onTheWay > 0,
  );

/** `fetch` tells nothing of what was sent, hence the older way. */
export function upload(file: Blob, name: string, tell: (share: number) => void, signal?: AbortSignal): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(destination, { name }));
    const headers = { Accept: "application/json", "Accept-Language": language(), "X-Queti": "1", "Content-Type": file.type || "application/octet-stream" };
    for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
    request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
    request.onload = () => {
      const body = readJson(request.responseText);
      if (request.status === 201) resolve(remember(body as unknown as StoredFile, file));
      else reject(new Problem(request.status, body));
    };
    request.onerror = () => reject(new Problem(0, { code: "unreachable", title: "unreachable" }));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onloadend = () => count(-1);
    signal?.addEventListener("abort", () => request.abort());
    count(1);
    request.send(file);
  });
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What was just uploaded belongs to no record yet: it is shown from here. */
const fresh = new Map<number, string>();

function remember(stored: StoredFile, file: Blob): StoredFile {
  fresh.set(stored.file, URL.createObjectURL(file));
  return stored;
}

/** Where lines stand: their files are read through the record around them. */
export interface Around {
  object: string;
  id: number;
  field: string;
}

export function fileAddress(field: Field, row: Values, stored: StoredFile, around?: Around | null): string | undefined {
  const local = fresh.get(stored.file);
  if (local) return local;
  const [own, ...links] = field.name.split(".").reverse();
  const id = links.length ? row[links.reverse().join(".")] : row.id;
  if (around && id) return `/api/records/${around.object}/${around.id}/files/${around.field}/${id}/${own}/${stored.file}`;
  return field.object && id ? `/api/records/${field.object}/${id}/files/${own}/${stored.file}` : undefined;
}

/** What the server makes of it: a small picture, or an answer that is only ever saved. */
export const sized = (url: string, side: number): string => (url.startsWith("blob:") ? url : `${url}?size=${side}`);
export const saved = (url: string): string => (url.startsWith("blob:") ? url : `${url}?download`);

export const isImage = ({ type }: { type: string }): boolean => /^image\/(png|jpe?g|gif|webp|avif|bmp)$/.test(type);
export const isPdf = ({ type }: { type: string }): boolean => type === "application/pdf";

export function showSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kB = bytes / 1024;
  return kB < 1024 ? `${Math.round(kB)} kB` : `${(kB / 1024).toFixed(1).replace(/\.0$/, "")} MB`;
}

/** Why a file can't be taken, before a byte of it travels. */
export function refusalOf(file: File, field: Field): string | undefined {
  if (file.size > mostBytes(field)) return i18n._(msg`${file.name} is ${showSize(file.size)}; at most ${showSize(mostBytes(field))} are taken.`);
  if (!isAccepted(file, acceptOf(field))) return i18n._(msg`${file.name} is not of a kind that is taken here.`);
  if (file.size === 0) return i18n._(msg`${file.name} is empty.`);
  return undefined;
}

export const acceptOf = (field: Field): string[] => (field.accept?.length ? field.accept : field.type === "image" ? ["image/*"] : []);

const isAccepted = (file: File, accept: string[]): boolean =>
  accept.length === 0 || !file.type || accept.some((kind) => kind === file.type || (kind.endsWith("/*") && file.type.startsWith(kind.slice(0, -1))));
