import { Clock3 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../i18n/format.ts";
import { useSession } from "./session.ts";

const TICK_MS = 5000;

/** The brand's present time: the server's clock, walked on by this browser's. */
export function useBrandNow(): string {
  const { clock } = useSession();
  const [heard, setHeard] = useState({ clock, at: performance.now() });
  const [, setTick] = useState(0);
  if (heard.clock !== clock) setHeard({ clock, at: performance.now() });
  useEffect(() => {
    const timer = window.setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return new Date(Date.parse(heard.clock.now) + performance.now() - heard.at).toISOString();
}

/** Shown in a demo, where the brand's day is not today. */
export function BrandClock() {
  const { t } = useTranslation();
  const format = useFormat();
  const { clock, brand } = useSession();
  const now = useBrandNow();
  if (!clock.demo) return null;
  return (
    <p className="brand-clock" title={t("clock.about", { zone: brand.zone })}>
      <Clock3 size={16} strokeWidth={1.75} aria-hidden />
      <span>
        <span className="small mute">{t("clock.demo")}</span>
        <time dateTime={now}>{format.moment(now)}</time>
      </span>
    </p>
  );
}
