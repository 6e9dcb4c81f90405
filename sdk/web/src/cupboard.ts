/** Where things are kept: in the browser's storage as far as it lets us, else in memory. */

export interface Cupboard {
  get(key: string): string | null;
  /** Whether it will still be there on the next page. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(): string[];
}

const A_YEAR_IN_SECONDS = 31_536_000;

/** A cupboard that is gone with the page. */
export function memory(): Cupboard {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => !kept.set(key, value),
    remove: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
}

/** The browser's storage; `cookies` are kept as cookies, too, so that shop.example and www.shop.example share them. */
export function storage(cookies: string[], domain: string | false | undefined): Cupboard {
  // Reading the property already throws where storage is blocked.
  const attempt = <T>(what: (shelf: Storage) => T, otherwise: T): T => {
    try {
      return what(localStorage);
    } catch {
      return otherwise;
    }
  };
  // What storage refuses is known at least until the page is gone.
  const spare = new Map<string, string>();
  let home = domain;
  const isCookie = (key: string) => home !== false && cookies.includes(key);
  const write = (key: string, value: string, seconds: number) => {
    home ??= widestDomain();
    writeCookie(key, value, seconds, home);
  };
  return {
    get: (key) =>
      spare.get(key) ?? (isCookie(key) ? readCookie(key) : null) ?? attempt((shelf) => shelf.getItem(key), null),
    set: (key, value) => {
      if (isCookie(key)) write(key, value, A_YEAR_IN_SECONDS);
      const kept = attempt((shelf) => (shelf.setItem(key, value), true), false);
      if (kept) spare.delete(key);
      else spare.set(key, value);
      return kept;
    },
    remove: (key) => {
      spare.delete(key);
      if (isCookie(key) && readCookie(key) !== null) write(key, "", 0);
      attempt((shelf) => shelf.removeItem(key), undefined);
    },
    keys: () => attempt((shelf) => Object.keys(shelf), []),
  };
}

function readCookie(key: string): string | null {
  try {
    const found = document.cookie.split("; ").find((one) => one.startsWith(`${key}=`));
    return found ? decodeURIComponent(found.slice(key.length + 1)) : null;
  } catch {
    return null;
  }
}

function writeCookie(key: string, value: string, seconds: number, domain: string | false | undefined): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const where = domain ? `; Domain=${domain}` : "";
  try {
    document.cookie = `${key}=${encodeURIComponent(value)}; Path=/; Max-Age=${seconds}; SameSite=Lax${where}${secure}`;
  } catch {
    // A sandboxed frame has no cookies.
  }
}

/** The shortest domain that takes a cookie: browsers refuse those under which strangers live (publicsuffix.org). */
function widestDomain(): string {
  const parts = location.hostname.split(".");
  for (let count = 2; count <= parts.length; count += 1) {
    const domain = parts.slice(-count).join(".");
    writeCookie("unv_try", "1", 5, domain);
    if (readCookie("unv_try")) {
      writeCookie("unv_try", "", 0, domain);
      return domain;
    }
  }
  return "";
}
