import { useRef } from "react";
import { freshKey } from "./api";

/** The idempotency key of an intended act: the same body sent again is the same act, until it is done. */
export function useActKey(): { keyFor: (body: unknown) => string; done: () => void } {
  const sent = useRef({ text: "", key: "" });
  return {
    keyFor: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.text !== text) sent.current = { text, key: freshKey() };
      return sent.current.key;
    },
    done: () => {
      sent.current = { text: "", key: "" };
    },
  };
}
