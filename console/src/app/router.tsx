import {
  createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect,
} from "@tanstack/react-router";
import { Problem } from "../api/problem.ts";
import { Nowhere, Stumbled } from "./fallbacks.tsx";
import { saying } from "../i18n/index.ts";
import { queries } from "./queries.ts";
import { readSearch, takes, writeSearch } from "./search.ts";
import { sessionQuery } from "./session.ts";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Outlet });

const logIn = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: takes("to"),
  component: lazyRouteComponent(() => import("../screens/login/login.tsx"), "LogIn"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) throw redirect({ to: "/login", search: { to: location.href } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("../screens/home/home.tsx"), "HomeScreen"),
});
const customers = createRoute({
  getParentRoute: () => shell,
  path: "/customers",
  validateSearch: takes("q", "segment", "sort", "cursor"),
  component: lazyRouteComponent(() => import("../screens/customers/list.tsx"), "Customers"),
});
const customer = createRoute({
  getParentRoute: () => shell,
  path: "/customers/$id",
  validateSearch: takes("view", "kinds"),
  component: lazyRouteComponent(() => saying(["identity", "privacy"], import("../screens/customers/customer.tsx")), "CustomerScreen"),
});
const duplicates = createRoute({
  getParentRoute: () => shell,
  path: "/duplicates",
  validateSearch: takes("state", "cursor"),
  component: lazyRouteComponent(() => saying("identity", import("../screens/identity/duplicates.tsx")), "Duplicates"),
});
const rules = createRoute({
  getParentRoute: () => shell,
  path: "/rules",
  validateSearch: takes("trial", "cursor"),
  component: lazyRouteComponent(() => saying("identity", import("../screens/identity/rules.tsx")), "Rules"),
});
const segments = createRoute({
  getParentRoute: () => shell,
  path: "/segments",
  validateSearch: takes("cursor"),
  component: lazyRouteComponent(() => saying("segments", import("../screens/segments/list.tsx")), "Segments"),
});
const segment = createRoute({
  getParentRoute: () => shell,
  path: "/segments/$key",
  validateSearch: takes("cursor", "as"),
  component: lazyRouteComponent(() => saying(["segments", "sentences"], import("../screens/segments/segment.tsx")), "SegmentScreen"),
});
const imports = createRoute({
  getParentRoute: () => shell,
  path: "/imports",
  validateSearch: takes("cursor", "file", "encoding", "delimiter", "sheet", "header"),
  component: lazyRouteComponent(() => saying("files", import("../screens/imports/imports.tsx")), "Imports"),
});
const oneImport = createRoute({
  getParentRoute: () => shell,
  path: "/imports/$id",
  component: lazyRouteComponent(() => saying("files", import("../screens/imports/import.tsx")), "ImportScreen"),
});
const exported = createRoute({
  getParentRoute: () => shell,
  path: "/exports",
  validateSearch: takes("cursor", "ask"),
  component: lazyRouteComponent(() => saying("files", import("../screens/exports/exports.tsx")), "Exports"),
});
const persona = createRoute({
  getParentRoute: () => shell,
  path: "/segments/$key/persona",
  component: lazyRouteComponent(() => saying("segments", import("../screens/segments/persona/persona.tsx")), "PersonaScreen"),
});
const segmentBuilder = createRoute({
  getParentRoute: () => shell,
  path: "/segment-builder",
  validateSearch: takes("segment", "copy", "definition", "view"),
  component: lazyRouteComponent(() => saying(["segments", "sentences"], import("../screens/segments/builder/builder.tsx")), "BuilderScreen"),
});
const segmentLists = createRoute({
  getParentRoute: () => shell,
  path: "/segment-lists",
  validateSearch: takes("open"),
  component: lazyRouteComponent(() => saying("segments", import("../screens/segments/lists.tsx")), "ListsScreen"),
});
const segmentOverlap = createRoute({
  getParentRoute: () => shell,
  path: "/segment-overlap",
  validateSearch: takes("keys"),
  component: lazyRouteComponent(() => saying("segments", import("../screens/segments/overlap.tsx")), "OverlapScreen"),
});
const purchaseCycle = createRoute({
  getParentRoute: () => shell,
  path: "/purchase-cycle",
  validateSearch: takes("at"),
  component: lazyRouteComponent(() => saying("segments", import("../screens/segments/cycle.tsx")), "CycleScreen"),
});
const journeys = createRoute({
  getParentRoute: () => shell,
  path: "/journeys",
  validateSearch: takes("cursor"),
  component: lazyRouteComponent(() => import("../screens/journeys/list.tsx"), "Journeys"),
});
const journey = createRoute({
  getParentRoute: () => shell,
  path: "/journeys/$key",
  validateSearch: takes("view", "step"),
  component: lazyRouteComponent(() => saying("sentences", import("../screens/journeys/journey.tsx")), "JourneyScreen"),
});
const messages = createRoute({
  getParentRoute: () => shell,
  path: "/messages",
  validateSearch: takes("message", "channel", "language", "customer"),
  component: lazyRouteComponent(() => import("../screens/messages/messages.tsx"), "Messages"),
});
const overview = createRoute({
  getParentRoute: () => shell,
  path: "/overview",
  validateSearch: takes("from", "to", "source", "channel", "figure", "as"),
  component: lazyRouteComponent(() => import("../screens/overview/overview.tsx"), "OverviewScreen"),
});
const simulator = createRoute({
  getParentRoute: () => shell,
  path: "/simulator",
  validateSearch: takes("view", "who", "mail"),
  component: lazyRouteComponent(() => saying("simulator", import("../screens/simulator/simulator.tsx")), "Simulator"),
});
const team = createRoute({
  getParentRoute: () => shell,
  path: "/team",
  validateSearch: takes("view", "cursor", "who"),
  component: lazyRouteComponent(() => saying("team", import("../screens/team/team.tsx")), "Team"),
});
const privacy = createRoute({
  getParentRoute: () => shell,
  path: "/privacy",
  validateSearch: takes("view", "one"),
  component: lazyRouteComponent(() => saying(["privacy", "segments", "sentences"], import("../screens/privacy/privacy.tsx")), "Privacy"),
});
const sources = createRoute({
  getParentRoute: () => shell,
  path: "/sources",
  validateSearch: takes("source"),
  component: lazyRouteComponent(() => saying("intake", import("../screens/sources/sources.tsx")), "Sources"),
});
const live = createRoute({
  getParentRoute: () => shell,
  path: "/live",
  validateSearch: takes("source", "name", "who", "outcome", "cursor", "call"),
  component: lazyRouteComponent(() => saying("intake", import("../screens/live/live.tsx")), "Live"),
});
const trackingPlan = createRoute({
  getParentRoute: () => shell,
  path: "/tracking-plan",
  validateSearch: takes("show"),
  component: lazyRouteComponent(() => saying("plan", import("../screens/plan/list.tsx")), "TrackingPlan"),
});
const plannedEvent = createRoute({
  getParentRoute: () => shell,
  path: "/tracking-plan/event",
  validateSearch: takes("name", "view", "panel"),
  component: lazyRouteComponent(() => saying("plan", import("../screens/plan/event.tsx")), "PlannedEvent"),
});
const failedEvents = createRoute({
  getParentRoute: () => shell,
  path: "/failed-events",
  validateSearch: takes("state", "group", "id", "panel", "cursor"),
  component: lazyRouteComponent(() => saying(["plan", "intake", "files"], import("../screens/failed/failed.tsx")), "FailedEvents"),
});
const dataQuality = createRoute({
  getParentRoute: () => shell,
  path: "/data-quality",
  validateSearch: takes("days", "source"),
  component: lazyRouteComponent(() => saying("plan", import("../screens/quality/quality.tsx")), "DataQuality"),
});

const screens = [
  persona, segmentBuilder, segmentLists, segmentOverlap, purchaseCycle, home, customers, customer, segments, segment,
  imports, oneImport, exported, journeys, journey, messages, overview, simulator, team, privacy, sources, live,
  duplicates, rules, trackingPlan, plannedEvent, failedEvents, dataQuality,
] as const;

/** Every screen and its address. */
export const router = createRouter({
  routeTree: root.addChildren([logIn, shell.addChildren(screens)]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultNotFoundComponent: Nowhere,
  defaultErrorComponent: Stumbled,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
