/** What is known of the page and the device, as Segment's `context` says it. */
import type { Fields } from "./types.ts";

/** What a snippet noted of the page when it was called before the SDK was there (`bpc`: buffered page context). */
export interface Noted {
  __t: "bpc";
  c?: string;
  p: string;
  u: string;
  s: string;
  t: string;
  r: string;
}

/** The page's address, title and referrer; a canonical link is its true address. */
export function pageNow(noted?: Noted): Fields {
  const canonical = noted
    ? noted.c
    : document.querySelector<HTMLLinkElement>("link[rel='canonical']")?.getAttribute("href");
  const url = addressOf(canonical) ?? addressOf(noted ? noted.u : location.href);
  return {
    path: canonical && url ? url.pathname : noted ? noted.p : location.pathname,
    referrer: noted ? noted.r : document.referrer,
    search: noted ? noted.s : location.search,
    title: noted ? noted.t : document.title,
    url: (url?.href ?? location.href).split("#")[0],
  };
}

function addressOf(text: string | null | undefined): URL | undefined {
  try {
    return text ? new URL(text, location.href) : undefined;
  } catch {
    return undefined;
  }
}

/** The context of a call made now, on this page. */
export function contextNow(page: Fields, library: Fields): Fields {
  const agent = navigator as Navigator & { userAgentData?: { brands: unknown; mobile: boolean; platform: string } };
  const hints = agent.userAgentData;
  const campaign = campaignIn(String(page.search));
  return {
    page,
    userAgent: agent.userAgent,
    ...(hints ? { userAgentData: { brands: hints.brands, mobile: hints.mobile, platform: hints.platform } } : {}),
    locale: agent.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    ...(campaign ? { campaign } : {}),
    library,
  };
}

/** The campaign in an address; `utm_campaign` is its name. */
export function campaignIn(search: string): Fields | undefined {
  const found: Fields = {};
  new URLSearchParams(search).forEach((value, key) => {
    if (key.startsWith("utm_") && value) found[key === "utm_campaign" ? "name" : key.slice(4)] = value;
  });
  return Object.keys(found).length ? found : undefined;
}
