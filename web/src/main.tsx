import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeClient } from "./kit/client";
import { leaveComposingAlone } from "./kit/composing";
import { preferredLanguage, speak } from "./kit/i18n";
import { App } from "./shell/App";
import "./kit/base.css";
import "./shell/shell.css";

leaveComposingAlone();

await speak(preferredLanguage());

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={makeClient({ staleTime: 5_000 })}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
