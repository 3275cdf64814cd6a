import { createBrowserRouter, Outlet } from "react-router";
import { FailedPage } from "../kit/states";
import { Gate } from "./Gate";

/** Everything behind the sign-in is its own chunk; the shell itself knows no tables and no forms. */
export const router = createBrowserRouter([
  { path: "f/:secret", lazy: () => import("../public/PublicPage"), errorElement: <Crash />, hydrateFallbackElement: <Outlet /> },
  {
    element: <Gate />,
    errorElement: <Crash />,
    hydrateFallbackElement: <Outlet />,
    children: [
      { index: true, lazy: () => import("./HomePage") },
      { path: "account", lazy: () => import("./AccountPage") },
      { path: "admin/:tab?", lazy: () => import("./admin/AdminPage") },
      { path: "design/:draft?/:kind?/:name?", lazy: () => import("../designer/DesignerPage") },
      { path: "design/releases/:range?", lazy: () => import("../designer/publish/ReleasesPage") },
      { path: "design/suggestions", lazy: () => import("../designer/publish/InboxPage") },
      { path: "suggestions", lazy: () => import("../suggest/SuggestionsPage") },
      { path: "design/apps", lazy: () => import("../designer/publish/AppsPage") },
      { path: "do/:app/:operation", lazy: () => import("../records/operations/OperationPage") },
      { path: "import/:app/:name", lazy: () => import("../records/imports/ImportPage") },
      { path: ":app/:object", lazy: () => import("../records/list/ListPage") },
      { path: ":app/:object/duplicates", lazy: () => import("../upkeep/DuplicatesPage") },
      { path: ":app/:object/new", lazy: () => import("../forms/CreatePage") },
      { path: ":app/:object/:id", lazy: () => import("../records/record/RecordPage") },
      { path: "*", lazy: () => import("./NotFoundPage") },
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
