/** The test page: every method behind a button, and what becomes of each call. */
import type { Analytics } from "../src/analytics.ts";
import { WORDS, type Words } from "./words.ts";

const asked = new URLSearchParams(location.search);
const key = asked.get("key") ?? "";
const words: Words = WORDS[asked.get("lang") ?? navigator.language] ?? WORDS.en!;
const queue = ((window as unknown as { analytics?: unknown[] }).analytics ??= []) as unknown as unknown[][];
const live = () => (window as unknown as { analytics: Analytics }).analytics;
const show = (id: string, text: string) => (document.getElementById(id)!.textContent = text);

/** Calls a button may make, as a page would queue them. */
const CALLS: Record<string, unknown[][]> = {
  identify: [["identify", "user-1", { name: "陳美", email: "mei@shop.example" }]],
  track: [["track", "Product Viewed", { product_id: "whisk", name: "抹茶刷", price: 24.5 }]],
  page: [["page", "Shop", "Tea ware"]],
  group: [["group", "family-1", { size: 3 }]],
  alias: [["alias", "user-2", "user-1"]],
  reset: [["reset"]],
  yes: [["consent", { analytics: true, advertising: true }]],
  no: [["consent", { analytics: false, advertising: false }]],
};

function log(what: string, text: string): void {
  const row = document.createElement("li");
  row.textContent = `${what} ${text}`;
  document.getElementById("log")!.prepend(row);
}

document.documentElement.lang = words.lang;
for (const element of Array.from(document.querySelectorAll<HTMLElement>("[data-word]"))) {
  element.textContent = words.texts[element.dataset.word!] ?? "";
}
document.title = words.texts.title!;
for (const [name, calls] of Object.entries(CALLS)) {
  const button = document.createElement("button");
  button.textContent = words.texts[name] ?? name;
  button.addEventListener("click", () => calls.forEach((call) => queue.push(call)));
  document.getElementById("calls")!.append(button);
}
for (const name of ["identify", "track", "page", "group", "alias", "reset", "consent"]) {
  queue.push(["on", name, (...said: unknown[]) => log(name, JSON.stringify(said))]);
}
queue.push(["on", "drop", (message: unknown, reason: string) => log("drop", `${reason} ${JSON.stringify(message)}`)]);
queue.push(["on", "fail", (status: number) => log("fail", String(status))]);
queue.push(["ready", () => show("state", `${words.texts.ready} ${live().VERSION}`)]);

show("state", key ? words.texts.loading! : words.texts.noKey!);
if (key) {
  const script = document.createElement("script");
  script.async = true;
  script.src = `/sdk/${encodeURIComponent(key)}.js`;
  for (const name of ["consent", "gpc", "dnt", "pages", "clicks", "host"]) {
    const value = asked.get(name);
    if (value !== null) script.dataset[name] = value;
  }
  script.onerror = () => show("state", words.texts.failed!);
  document.head.append(script);
}
