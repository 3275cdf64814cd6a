import type { ReactNode, SyntheticEvent } from "react";

const stop = (event: SyntheticEvent): void => event.stopPropagation();

/** A dialog stands elsewhere on the page, yet its events rise to where it was opened: here they end. */
export function Apart({ children }: { children: ReactNode }) {
  return (
    <span onKeyDown={stop} onPaste={stop} onClick={stop} onDoubleClick={stop} onSubmit={stop}>
      {children}
    </span>
  );
}
