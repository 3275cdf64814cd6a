import { createBrowserRouter, Outlet } from "react-router";
import { withWords } from "../kit/i18n";
import { FailedPage } from "../kit/states";
import { Gate } from "./Gate";

/** Everything behind the sign-in is its own chunk; the shell itself knows no tables and no forms. */
export const router = createBrowserRouter([
  { path: "f/:secret", lazy: () => withWords(() => import("../public/PublicPage")), errorElement: <Crash />, hydrateFallbackElement: <Outlet /> },
  {
    element: <Gate />,
    errorElement: <Crash />,
    hydrateFallbackElement: <Outlet />,
    children: [
      { index: true, lazy: () => import("./HomePage") },
      { path: "account", lazy: () => withWords(() => import("./AccountPage")) },
      { path: "work/away", lazy: () => withWords(() => import("../work/AwayPage")) },
      { path: "work/:tab?/:id?", lazy: () => withWords(() => import("../work/WorkPage")) },
      { path: "admin/:tab?", lazy: () => withWords(() => import("./admin/AdminPage")) },
      { path: "design/:draft?/:kind?/:name?", lazy: () => withWords(() => import("../designer/DesignerPage")) },
      { path: "design/releases/:range?", lazy: () => withWords(() => import("../designer/publish/ReleasesPage")) },
      { path: "design/suggestions", lazy: () => withWords(() => import("../designer/publish/InboxPage")) },
      { path: "suggestions", lazy: () => withWords(() => import("../suggest/SuggestionsPage")) },
      { path: "design/advisor", lazy: () => withWords(() => import("../advisor/AdvisorPage")) },
      { path: "design/apps", lazy: () => withWords(() => import("../designer/publish/AppsPage")) },
      { path: "do/finance/open_books", lazy: () => withWords(() => import("../opening/GoLivePage")) },
      { path: "do/:app/:operation", lazy: () => withWords(() => import("../records/operations/OperationPage")) },
      { path: "import/:app/:name", lazy: () => withWords(() => import("../records/imports/ImportPage")) },
      { path: ":app/:object", lazy: () => withWords(() => import("../records/list/ListPage")) },
      { path: ":app/:object/duplicates", lazy: () => withWords(() => import("../upkeep/DuplicatesPage")) },
      { path: ":app/:object/new", lazy: () => withWords(() => import("../forms/CreatePage")) },
      { path: ":app/:object/:id", lazy: () => withWords(() => import("../records/record/RecordPage")) },
      { path: "*", lazy: () => withWords(() => import("./NotFoundPage")) },
    ],
  },
]);

function Crash() {
  return (
    <main className="q-main">
      <FailedPage error={new Error("This page broke. Load it again; what you saved is safe. 页面出错，请刷新重试，已保存的内容不受影响。")} retry={() => location.reload()} />
    </main>
  );
}
