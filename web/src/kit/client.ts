import { type DefaultOptions, QueryClient } from "@tanstack/react-query";
import { Problem } from "./api";

/** The server is asked whether or not the browser believes in a network: it may stand on this machine or in this house, and what can't be sent is said at once. */
export const makeClient = (queries: DefaultOptions["queries"]): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { networkMode: "always", retry: isWorthAnother, ...queries }, mutations: { networkMode: "always" } } });

const isWorthAnother = (count: number, error: Error): boolean => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500);
