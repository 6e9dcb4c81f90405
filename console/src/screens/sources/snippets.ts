/** How a client is pointed at us, with the address and the key filled in; names of products are the same everywhere. */
export interface Snippet {
  readonly key: string;
  readonly label: string;
  readonly code: string;
}

/** What a snippet is filled with. */
export interface Way {
  readonly host: string;
  readonly key: string;
  readonly measurement: string | null;
}

const ours = ({ host, key }: Way) => `<script async src="${host}/sdk/${key}.js"></script>
<script>
  window.analytics = window.analytics || [];
  analytics.push(["page"]);
  analytics.push(["track", "Product Viewed", { product_id: "matcha-whisk" }]);
</script>`;

const segmentWeb = ({ host, key }: Way) => `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
  { writeKey: "${key}", cdnURL: "${host}" },
  { integrations: { "Segment.io": { apiHost: "${host.replace(/^https?:\/\//, "")}/v1", protocol: "${host.startsWith("https") ? "https" : "http"}" } } },
);
analytics.track("Product Viewed", { product_id: "matcha-whisk" });`;

const segmentNode = ({ host, key }: Way) => `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${host}" });
analytics.track({ userId: "user-1", event: "Order Completed", properties: { order_id: "o-1", revenue: 24 } });`;

const segmentPython = ({ host, key }: Way) => `import segment.analytics as analytics

analytics.host = "${host}"
analytics.write_key = "${key}"
analytics.track("user-1", "Order Completed", {"order_id": "o-1", "revenue": 24.0})`;

const rudder = ({ host, key }: Way) => `import { RudderAnalytics } from "@rudderstack/analytics-js";

const analytics = new RudderAnalytics();
analytics.load("${key}", "${host}", { configUrl: "${host}" });
analytics.track("Product Viewed", { product_id: "matcha-whisk" });`;

const jitsu = ({ host, key }: Way) => `import { jitsuAnalytics } from "@jitsu/js";

const analytics = jitsuAnalytics({ host: "${host}", writeKey: "${key}:secret" });
analytics.track("Product Viewed", { product_id: "matcha-whisk" });`;

const googleTag = ({ host, measurement }: Way) => `gtag("config", "${measurement ?? "G-XXXXXXX"}", { server_container_url: "${host}" });
gtag("event", "view_item", { items: [{ item_id: "matcha-whisk" }] });`;

const measurementProtocol = ({ host, key, measurement }: Way) =>
  `curl "${host}/mp/collect?measurement_id=${measurement ?? "G-XXXXXXX"}&api_secret=${key}" \\
  -d '{"client_id": "123.456", "events": [{"name": "purchase", "params": {"transaction_id": "o-1", "value": 24, "currency": "USD"}}]}'`;

const posthog = ({ host, key }: Way) => `from posthog import Posthog

posthog = Posthog("${key}", host="${host}")
posthog.capture("Order Completed", distinct_id="user-1", properties={"order_id": "o-1", "revenue": 24.0})`;

const curl = ({ host, key }: Way) => `curl -u ${key}: ${host}/v1/track \\
  -d '{"userId": "user-1", "event": "Order Completed", "properties": {"order_id": "o-1", "revenue": 24}}'`;

/** Every client that is known to work, first the ones that are used most. */
export function snippets(way: Way): Snippet[] {
  return [
    { key: "ours", label: "Unavoce · Web", code: ours(way) },
    { key: "web", label: "Segment · Web", code: segmentWeb(way) },
    { key: "node", label: "Segment · Node", code: segmentNode(way) },
    { key: "python", label: "Segment · Python", code: segmentPython(way) },
    { key: "rudder", label: "RudderStack", code: rudder(way) },
    { key: "jitsu", label: "Jitsu", code: jitsu(way) },
    { key: "gtag", label: "Google tag", code: googleTag(way) },
    { key: "ga4", label: "GA4 MP", code: measurementProtocol(way) },
    { key: "posthog", label: "PostHog", code: posthog(way) },
    { key: "curl", label: "HTTP", code: curl(way) },
  ];
}
