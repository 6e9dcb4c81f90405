/** What is tracked without a call, where a shop asks for it: pages as the address changes, clicks on marked elements. */
import type { Analytics } from "./analytics.ts";
import type { Fields, Options } from "./types.ts";

export function capture(analytics: Analytics, options: Options): void {
  if (options.pages) watchPages(analytics);
  if (options.clicks) watchClicks(analytics);
}

function watchPages(analytics: Analytics): void {
  let seen = "";
  const look = () => {
    const address = location.pathname + location.search;
    if (address === seen) return;
    seen = address;
    void analytics.page();
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const own = history[name];
    history[name] = function (...given) {
      own.apply(this, given);
      // The new page's title is set after its address.
      setTimeout(look);
    };
  }
  addEventListener("popstate", () => setTimeout(look));
  look();
}

function watchClicks(analytics: Analytics): void {
  document.addEventListener(
    "click",
    ({ target }) => {
      const element = target instanceof Element ? target.closest<HTMLElement>("[data-track]") : null;
      if (element) void analytics.track(element.dataset.track!, propertiesOf(element));
    },
    true,
  );
}

/** `data-track-product-id="whisk"` is the property `product_id`; values stay texts. */
function propertiesOf(element: HTMLElement): Fields {
  const found: Fields = {};
  for (const { name, value } of Array.from(element.attributes)) {
    if (name.startsWith("data-track-")) found[name.slice(11).replace(/-/g, "_")] = value;
  }
  return found;
}
