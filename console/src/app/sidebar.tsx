import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { BrandClock } from "./clock.tsx";
import { LanguageMenu, PersonMenu, ThemeMenu } from "./menus.tsx";
import { isPartOf, may, NAV } from "./nav.ts";
import { useSession } from "./session.ts";

/** A name, the same in every language. */
const PRODUCT = "Unavoce";

/** The name of the product, with its sign: many channels, one voice. */
export function Wordmark() {
  return (
    <span className="wordmark">
      <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path d="M9 9v7a7 7 0 0 0 14 0V9" fill="none" stroke="var(--on-accent)" strokeWidth="3" strokeLinecap="round" />
        <circle cx="16" cy="16" r="2.5" fill="var(--on-accent)" />
      </svg>
      {PRODUCT}
    </span>
  );
}

function Places() {
  const { t } = useTranslation();
  const { person } = useSession();
  const here = useLocation({ select: ({ pathname }) => pathname });
  const groups = NAV.map(({ group, items }) => ({ group, items: items.filter((item) => may(person.permissions, item.needs)) }));
  return (
    <nav aria-label={t("nav.label")} className="places">
      {groups.map(({ group, items }) =>
        items.length === 0 ? null : (
          <div key={group ?? "top"}>
            {group && <p className="places-group">{t(`nav.${group}`)}</p>}
            <ul>
              {items.map(({ to, key, icon: Icon }) => (
                <li key={key}>
                  <Link to={to} aria-current={isPartOf(to, here) ? "page" : undefined} activeOptions={{ exact: to === "/", includeSearch: false }}>
                    <Icon size={16} strokeWidth={1.75} aria-hidden />
                    {t(`nav.item.${key}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
    </nav>
  );
}

/** The places at the left, and below them the brand's clock, the language, the look and the person. */
export function Sidebar({ plain = false }: { plain?: boolean }) {
  const { brand } = useSession();
  return (
    <div className="sidebar">
      {!plain && (
        <div className="sidebar-top">
          <Wordmark />
          <span className="small mute">{brand.name}</span>
        </div>
      )}
      <Places />
      <div className="sidebar-foot">
        <BrandClock />
        <LanguageMenu />
        <ThemeMenu />
        <PersonMenu />
      </div>
    </div>
  );
}
