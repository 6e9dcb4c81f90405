import {
  Activity, Cable, ChartNoAxesCombined, CircleX, ClipboardCheck, Copy, FileInput, FileOutput, Filter, Gauge, House,
  type LucideIcon, MessagesSquare, Route as RouteIcon, ScanFace, ShieldCheck, TabletSmartphone, Users, Waypoints,
} from "lucide-react";

/** The places of the console. An item is here when it works and hidden from those who may not see it. */
export const NAV = [
  { group: null, items: [{ to: "/", key: "home", icon: House, needs: "reports:read" }] },
  {
    group: "customers",
    items: [
      { to: "/customers", key: "customers", icon: ScanFace, needs: "customers:read" },
      { to: "/duplicates", key: "duplicates", icon: Copy, needs: "customers:write" },
      { to: "/segments", key: "segments", icon: Filter, needs: "segments:read" },
      { to: "/imports", key: "imports", icon: FileInput, needs: "imports:write" },
      { to: "/exports", key: "exports", icon: FileOutput, needs: "customers:export" },
    ],
  },
  {
    group: "engage",
    items: [
      { to: "/journeys", key: "journeys", icon: RouteIcon, needs: "journeys:read" },
      { to: "/messages", key: "messages", icon: MessagesSquare, needs: "messages:read" },
    ],
  },
  { group: "insights", items: [{ to: "/overview", key: "overview", icon: ChartNoAxesCombined, needs: "reports:read" }] },
  { group: "try", items: [{ to: "/simulator", key: "simulator", icon: TabletSmartphone, needs: "simulator:use" }] },
  {
    group: "settings",
    items: [
      { to: "/sources", key: "sources", icon: Cable, needs: "sources:read" },
      { to: "/live", key: "live", icon: Activity, needs: "events:read" },
      { to: "/privacy", key: "privacy", icon: ShieldCheck, needs: "privacy:read" },
      { to: "/rules", key: "rules", icon: Waypoints, needs: "settings:write" },
      { to: "/tracking-plan", key: "trackingPlan", icon: ClipboardCheck, needs: "sources:read" },
      { to: "/failed-events", key: "failedEvents", icon: CircleX, needs: "sources:read" },
      { to: "/data-quality", key: "dataQuality", icon: Gauge, needs: "sources:read" },
      { to: "/team", key: "team", icon: Users, needs: "team:read" },
    ],
  },
] as const satisfies readonly Group[];

interface Group {
  readonly group: string | null;
  readonly items: readonly { to: string; key: string; icon: LucideIcon; needs: string | null }[];
}

// Screens that are reached from a place but whose address does not begin with its own.
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = { "/segments": ["/segment-", "/purchase-cycle"] };

/** True when an address belongs to a place although it does not begin with the place's own. */
export function isPartOf(place: string, address: string): boolean {
  return ELSEWHERE[place]?.some((start) => address.startsWith(start)) ?? false;
}

/** True when the person may see what needs this permission. */
export function may(permissions: readonly string[], needs: string | null): boolean {
  return needs === null || permissions.includes(needs) || permissions.includes("*");
}
