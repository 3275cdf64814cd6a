/** Rows of a spreadsheet that a form was made from: this browser keeps them until the form is published and takes them. */
import type { Guess } from "./app/FromSpreadsheet";

export interface KeptRows {
  object: string;
  file: File;
  rows: number;
  /** Field → column of the file. */
  each: Record<string, string>;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("queti-designer", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("rows", { keyPath: "object" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("IndexedDB"));
  });
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const asked = act(database.transaction("rows", mode).objectStore("rows"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error("IndexedDB"));
    });
  } catch {
    // A browser that keeps nothing only forgets: the import page takes the file again.
    return undefined;
  }
}

export async function keepRows(object: string, guess: Guess): Promise<void> {
  const each = Object.fromEntries(guess.columns.filter((column) => column.use).map((column) => [column.name, column.column]));
  await within("readwrite", (store) => store.put({ object, file: guess.file, rows: guess.rows, each } satisfies KeptRows));
}

export const keptRows = async (): Promise<KeptRows[]> => (await within("readonly", (store) => store.getAll() as IDBRequest<KeptRows[]>)) ?? [];
export const forgetRows = (object: string): Promise<unknown> => within("readwrite", (store) => store.delete(object));
