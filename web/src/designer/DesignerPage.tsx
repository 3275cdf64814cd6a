/** The designer: what there is at the left, the thing itself in the middle, its settings at the right. */
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Navigate, useLocation, useNavigate, useParams } from "react-router";
import { PageTitle } from "../kit/PageTitle";
import { Bones, EmptyState, FailedPage } from "../kit/states";
import { useNotices } from "../kit/notices";
import { useMe } from "../shell/session";
import { AppEditor } from "./app/AppEditor";
import { Overview } from "./app/Overview";
import { appOf, WithTree } from "./AppTree";
import { DesignProvider } from "./context";
import { createDraft, draftStore, listDrafts, useDraftState } from "./draft";
import { DraftBar } from "./DraftBar";
import { FlowEditor } from "../flows";
import { FormulaDraft } from "./formula";
import { ObjectEditor } from "./object/ObjectEditor";
import { HomeEditor } from "./other/HomeEditor";
import { PrintEditor } from "./other/PrintEditor";
import { ViewEditor } from "./other/ViewEditor";
import { WordsTable } from "./other/WordsTable";
import { PublicFormEditor } from "./roles/PublicFormEditor";
import { RolesPage } from "./roles/RolesPage";
import { RuleEditor } from "./rules";
import { StartPage } from "./StartPage";
import "../records/records.css";
import "../forms/forms.css";
import "./designer.css";

export function Component() {
  const { t } = useLingui();
  const me = useMe();
  const { draft } = useParams();
  if (!me.administers) return <EmptyState title={t`For builders`}>{t`Ask an administrator of your workspace for a role that may change apps.`}</EmptyState>;
  return draft && /^\d+$/.test(draft) ? <Designer key={draft} number={Number(draft)} /> : <FindDraft />;
}

/** Opens the draft that this person was in: one's own newest. Where there is none, one says first what to begin. */
function FindDraft() {
  const me = useMe();
  const { pathname, search } = useLocation();
  const place = pathname.replace(/^\/design\/?/, "");
  const isDecided = place !== "" || new URLSearchParams(search).has("new");
  const found = useQuery({
    queryKey: ["drafts", "open", me.user, isDecided],
    queryFn: async ({ signal }) => {
      const drafts = await listDrafts(signal);
      const own = drafts.find((one) => one.created_by === me.user);
      // Who asks for a certain form or a new app means to change something.
      return { own: own ?? (isDecided ? await createDraft("") : null), shared: drafts.filter((one) => one.created_by !== me.user) };
    },
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  if (found.isError) return <FailedPage error={found.error} retry={() => found.refetch()} />;
  if (!found.data) return <Bones lines={8} />;
  const { own, shared } = found.data;
  return own ? <Navigate replace to={`/design/${own.draft}${place && `/${place}`}${search}`} /> : <StartPage shared={shared} />;
}

function Designer({ number }: { number: number }) {
  const { t } = useLingui();
  const state = useDraftState(number);
  const notices = useNotices();
  const navigate = useNavigate();
  const { kind, name = "" } = useParams();
  const design = useMemo(() => ({ ...state, act: state.store.change.bind(state.store) }), [state]);
  useUndoKeys(number);
  useEffect(() => {
    if (state.isLoaded && state.error) notices.problem(state.error);
  }, [state.error]);

  if (!state.isLoaded && state.error) return <FailedPage error={state.error} retry={() => state.store.load()} />;
  if (!state.isLoaded) return <Bones lines={8} />;
  return (
    <DesignProvider value={design}>
      <FormulaDraft value={number}>
      <div className="q-designer">
        <PageTitle title={t`Designer`} isQuiet />
        <DraftBar onGo={(to) => navigate(`/design/${number}/${to}`)} />
        <div className="q-designer-body">
          {kind && BESIDE_TREE.has(kind) ? (
            <WithTree app={appOf(kind, name)}>
              <Editor kind={kind} name={name} />
            </WithTree>
          ) : (
            <Editor kind={kind} name={name} />
          )}
        </div>
      </div>
      </FormulaDraft>
    </DesignProvider>
  );
}

/** A form draws the tree itself, beside what can be dragged into it. */
const BESIDE_TREE = new Set(["app", "view", "home", "print", "words", "rule", "flow"]);

function Editor({ kind, name }: { kind?: string; name: string }) {
  if (kind === "app") return <AppEditor key={name} name={name} />;
  if (kind === "object") return <ObjectEditor key={name} name={name} />;
  if (kind === "view") return <ViewEditor key={name} name={name} />;
  if (kind === "home") return <HomeEditor key={name} name={name} />;
  if (kind === "print") return <PrintEditor key={name} name={name} />;
  if (kind === "rule") return <RuleEditor key={name} name={name} />;
  if (kind === "flow") return <FlowEditor key={name} name={name} />;
  if (kind === "words") return <WordsTable key={name} app={name} />;
  if (kind === "roles" || kind === "role") return <RolesPage name={name.split(":").at(-1) ?? ""} />;
  if (kind === "public_form") return <PublicFormEditor key={name} name={name} />;
  return <Overview />;
}

/** Ctrl-Z takes back the last act, unless a text is being written. */
function useUndoKeys(number: number): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if ((key !== "z" && key !== "y") || isWriting(event.target)) return;
      event.preventDefault();
      const store = draftStore(number);
      if (key === "y" || event.shiftKey) store.redo();
      else store.undo();
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [number]);
}

const isWriting = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName));
