/** Server-sent events: what changed is asked for again, together and at most three times a second. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { address } from "../kit/api";

interface Told {
  event?: string;
  object?: string;
  id?: number;
}

export function useLiveEvents(login: string): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!login || typeof EventSource === "undefined") return;
    const objects = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let news: ReturnType<typeof setTimeout> | undefined;

    function hear(message: MessageEvent<string>): void {
      const { event, object, id } = readTold(message.data);
      newsSoon(event === COMMENTED ? 300 : 5_000);
      if (event === COMMENTED) {
        for (const key of ["comments", "comment files", "followers"]) void client.invalidateQueries({ queryKey: [key, object, id] });
        return;
      }
      if (object) objects.add(object);
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh(client, objects);
        objects.clear();
      }, 350);
    }

    /** A change may be news to me: asked for now and then, of a comment at once. */
    function newsSoon(ms: number): void {
      if (news && ms > 1_000) return;
      clearTimeout(news);
      news = setTimeout(() => {
        news = undefined;
        void client.invalidateQueries({ queryKey: ["news"] });
      }, ms);
    }

    const stop = listen("/api/events", {
      change: hear,
      presence: (message) => {
        const { object, id } = readTold(message.data);
        void client.invalidateQueries({ queryKey: ["presence", object, id] });
      },
      // Too much was missed to tell it one by one.
      reload: () => void client.invalidateQueries(),
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(news);
      stop();
    };
  }, [client, login]);
}

type Hear = Record<"change" | "presence" | "reload", (message: MessageEvent<string>) => void>;

/** A browser comes back by itself after a broken line, but not after a refusal: of a server that restarts, or for a session that ended. */
function listen(path: string, hear: Hear): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  let last = "";

  function open(isAgain: boolean): void {
    source = new EventSource(address(path, { after: last }));
    source.onopen = () => isAgain && !last && hear.reload(new MessageEvent("reload"));
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) again = setTimeout(() => open(true), 5_000 + Math.random() * 5_000);
    };
    for (const [name, act] of Object.entries(hear)) {
      source.addEventListener(name, (event) => {
        const message = event as MessageEvent<string>;
        last = message.lastEventId || last;
        act(message);
      });
    }
  }

  open(false);
  return () => {
    clearTimeout(again);
    source.close();
  };
}

const COMMENTED = "kernel.commented";

function readTold(text: string): Told {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return {};
  }
}

/** Everything that may show a record of these objects: their own lists, and any open record (its related lists too). */
export function refresh(client: QueryClient, objects: Set<string>): void {
  if (objects.size === 0) return;
  for (const object of objects) void client.invalidateQueries({ queryKey: ["list", object] });
  for (const key of ["record", "acts", "timeline", "home"]) void client.invalidateQueries({ queryKey: [key] });
}
