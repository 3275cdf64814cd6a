/** The only way to the server: JSON in, JSON or a Problem out. */
import { language } from "./i18n";

export interface FieldProblem {
  path: string;
  code: string;
  detail: string;
}

export interface Offer {
  operation: string;
  label: string;
  /** What it is performed with, at once. */
  inputs?: Record<string, unknown>;
}

/** An RFC 9457 problem document as an exception. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fields: FieldProblem[];
  readonly field: string | null;
  readonly offers: Offer[];
  /** Those that stand in the way, as far as the reader sees them. */
  readonly records: { object: string; id: number; label: string }[];
  readonly requestId: string | null;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? `HTTP ${status}`));
    this.status = status;
    this.body = body;
    this.code = String(body.code ?? "");
    this.title = String(body.title ?? "");
    this.fields = (body.fields as FieldProblem[] | undefined) ?? [];
    this.field = (body.field as string | undefined) ?? null;
    this.offers = (body.offers as Offer[] | undefined) ?? [];
    this.records = (body.records as Problem["records"] | undefined) ?? [];
    this.requestId = (body.request_id as string | undefined) ?? null;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  /** One per intended act: sending it again answers what the first did. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Answered as this draft would have it; the draft that the whole product is tried with when not given. */
  draft?: number | null;
}

export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

let whenSignedOut: () => void = () => {};

export function onSignedOut(act: () => void): void {
  whenSignedOut = act;
}

/** What the whole product is looked at with: a draft or what is published, as oneself, as a role or as a person. */
export interface Tried {
  draft?: number;
  role?: string;
  user?: number;
}

let tried: Tried | null = null;
let whenTryingRefused: () => void = () => {};

export function onTryingRefused(act: () => void): void {
  whenTryingRefused = act;
}

export function tryWith(wanted: Tried | null): void {
  tried = wanted;
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language(), "X-Queti": "1" };
  const draft = options.draft ?? tried?.draft;
  if (draft) headers["X-Queti-Draft"] = String(draft);
  if (tried?.role) headers["X-Queti-Role"] = tried.role;
  if (tried?.user) headers["X-Queti-User"] = String(tried.user);
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const isForm = options.body instanceof FormData;
  if (options.body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const body = options.body === undefined ? undefined : isForm ? (options.body as FormData) : JSON.stringify(options.body);
  try {
    return await fetch(address(path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Problem(0, { code: "unreachable", title: "unreachable" });
  }
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  if (!response.ok) return refuse(path, response);
  return readJson(await response.text()) as T;
}

/** What the server answers, as it is. */
export async function fetchFile(method: string, path: string, options: CallOptions = {}): Promise<Blob> {
  const response = await send(method, path, options);
  return response.ok ? response.blob() : refuse(path, response);
}

async function refuse(path: string, response: Response): Promise<never> {
  const body = readJson(await response.text());
  if (response.status === 401 && !path.startsWith("/api/session")) whenSignedOut();
  const problem = new Problem(response.status, (body as Record<string, unknown> | null) ?? { title: response.statusText });
  if (tried && path === "/api/definitions" && REFUSED_TO_TRY.has(problem.code)) whenTryingRefused();
  throw problem;
}

const REFUSED_TO_TRY = new Set(["draft_not_found", "draft_published", "preview_beyond_rights", "no_such_role", "record_not_found", "not_allowed"]);

function readJson(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal, draft?: number | null): Promise<T> =>
  call<T>("GET", path, { query, signal, draft });
export const post = <T>(path: string, body?: unknown, idempotencyKey?: string): Promise<T> =>
  call<T>("POST", path, { body, idempotencyKey });
export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, { body });
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>("PUT", path, { body });
export const remove = <T>(path: string, body?: unknown): Promise<T> => call<T>("DELETE", path, { body });

/** A fresh idempotency key; `randomUUID` exists on secure origins only. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
