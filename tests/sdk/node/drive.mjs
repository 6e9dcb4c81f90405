// Sends the story through one vendor's client for Node: node drive.mjs CLIENT HOST KEY STORY [COUNT]
// With COUNT it sends so many numbered events instead, for the tests that kill the server meanwhile.
import { readFileSync } from "node:fs";

const [client, host, key, storyFile, count] = process.argv.slice(2);
const story = JSON.parse(readFileSync(storyFile, "utf-8"));
const told = (callback) => new Promise((done) => callback(done));
const products = Array.from({ length: Number(count ?? story.many) }, (_, number) => number);

async function segmentLike(name) {
  const { Analytics } = await import(name);
  const analytics = new Analytics({ writeKey: key, host, maxRetries: count ? 100 : 3, flushAt: count ? 50 : 15, flushInterval: 500, httpRequestTimeout: 10_000 });
  const lost = [];
  analytics.on("error", (error) => lost.push(String(error.code ?? error)));
  return {
    identify: (userId, anonymousId, traits) => analytics.identify({ userId, anonymousId, traits }),
    track: (userId, event, properties, messageId) => analytics.track({ userId, event, properties, messageId }),
    page: (userId, { name: title, category, properties }) => analytics.page({ userId, name: title, category, properties }),
    screen: (userId, { name: title, properties }) => analytics.screen({ userId, name: title, properties }),
    group: (userId, groupId, traits) => analytics.group({ userId, groupId, traits }),
    alias: (userId, previousId) => analytics.alias({ userId, previousId }),
    leave: async () => { await analytics.closeAndFlush({ timeout: count ? 240_000 : 30_000 }); return lost; },
  };
}

async function rudder() {
  const { default: Rudder } = await import("@rudderstack/rudder-sdk-node");
  const analytics = new Rudder(key, { dataPlaneUrl: host, flushAt: count ? 50 : 15, flushInterval: 500, logLevel: "error", retryCount: count ? 1000 : 3, axiosRetryConfig: { retryDelay: () => 250 } });
  const waiting = [];
  const lost = [];
  // flush() speaks of one batch only; what tells of each event is its callback.
  const says = (call, message) => waiting.push(new Promise((done) => analytics[call](message, (error) => { if (error) lost.push(String(error)); done(); })));
  return {
    identify: (userId, anonymousId, traits) => { says("identify", { userId, anonymousId, traits }); },
    track: (userId, event, properties, messageId) => { says("track", { userId, event, properties, ...(messageId ? { messageId } : {}) }); },
    page: (userId, { name, category, properties }) => { says("page", { userId, name, category, properties }); },
    screen: (userId, { name, properties }) => { says("screen", { userId, name, properties }); },
    group: (userId, groupId, traits) => { says("group", { userId, groupId, traits }); },
    alias: (userId, previousId) => { says("alias", { userId, previousId }); },
    leave: async () => {
      const pushing = setInterval(() => { if (analytics.queue.length > 0) analytics.flush().catch(() => {}); }, 100);
      await Promise.all(waiting);
      clearInterval(pushing);
      return lost;
    },
  };
}

async function jitsu() {
  const { jitsuAnalytics } = await import("@jitsu/js");
  const analytics = jitsuAnalytics({ host, writeKey: `${key}:secret`, fetch });
  return {
    identify: async (userId, anonymousId, traits) => { await analytics.setAnonymousId(anonymousId); await analytics.identify(userId, traits); },
    track: (userId, event, properties) => analytics.track(event, properties),
    page: (userId, { name, category, properties }) => analytics.page({ name, category, ...properties }),
    group: (userId, groupId, traits) => analytics.group(groupId, traits),
    leave: async () => [],
  };
}

const CLIENTS = {
  segment: () => segmentLike("@segment/analytics-node"),
  customerio: () => segmentLike("@customerio/cdp-analytics-node"),
  rudder, jitsu,
};

const speaker = await CLIENTS[client]();
const user = `${story.user}-${client}`;
if (count) {
  for (const number of products) {
    await speaker.track(user, story.seen, { product_id: `p-${number}` }, `m-${number}`);
    if (number % 50 === 49) await told((done) => setTimeout(done, 20));
  }
} else {
  const traits = { ...story.traits, email: story.traits.email.replace("{client}", client) };
  await speaker.identify(user, story.anonymous, traits);
  await speaker.track(user, story.event, story.order);
  await speaker.page(user, story.page);
  await speaker.screen?.(user, story.page);
  await speaker.group(user, story.group.id, story.group.traits);
  await speaker.alias?.(user, story.previous);
  for (const number of products) await speaker.track(user, story.seen, { product_id: `p-${number}` });
}
console.log(JSON.stringify({ lost: await speaker.leave() }));
process.exit(0);
