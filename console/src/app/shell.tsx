import { ActionIcon } from "@mantine/core";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { loggedOut } from "./queries.ts";
import { Sidebar, Wordmark } from "./sidebar.tsx";
import "./shell.css";

const PlacesDrawer = lazy(() => import("./drawer.tsx"));

/** Goes to the log-in when the server says that nobody is logged in any more. */
function useLogOutNotice() {
  const navigate = useNavigate();
  const times = loggedOut.use();
  const here = useRouterState({ select: (state) => state.location.href });
  useEffect(() => {
    if (times === 0) return;
    loggedOut.set(0);
    void navigate({ to: "/login", search: { to: here } });
  }, [times, here, navigate]);
}

/** The frame around every screen. */
export function Shell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLogOutNotice();
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="shell-top">
        <ActionIcon variant="subtle" color="gray" aria-label={t("nav.open")} onClick={() => setOpen(true)}>
          <MenuIcon size={20} />
        </ActionIcon>
        <Wordmark />
      </header>
      <div className="shell-side">
        <Sidebar />
      </div>
      <Suspense fallback={null}>{open && <PlacesDrawer opened onClose={() => setOpen(false)} />}</Suspense>
      <Outlet />
    </div>
  );
}
