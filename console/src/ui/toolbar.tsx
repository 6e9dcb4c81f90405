import type { ReactNode } from "react";

/** The row of search, filters and choices above a list. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div style={{ display: "flex", flexWrap: "wrap", alignItems: "end", gap: 8, marginBottom: 24 }}>{children}</div>;
}
