// Sends the story through one vendor's client for Node: node drive.mjs CLIENT HOST KEY STORY [COUNT [NAME]]
// With COUNT it sends so many numbered events instead, for the tests that kill the server meanwhile: messages
// m-NAME0, m-NAME1, ... about products p-NAME0, p-NAME1, ...
import { readFileSync } from "node:fs";

const [client, host, key, storyFile, count, name = ""] = process.argv.slice(2);
const story = JSON.parse(readFileSync(storyFile, "utf-8"));
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const products = Array.from({ length: Number(count ?? story.many) }, (_, number) => number);

async function segmentLike(library) {
  const { Analytics } = await import(library);
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
    leave: async () => { await analytics.closeAndFlush({ timeout: count ? 900_000 : 30_000 }); return { lost }; },
  };
}

async function rudder() {
  const { default: Rudder } = await import("@rudderstack/rudder-sdk-node");
  const analytics = new Rudder(key, { dataPlaneUrl: host, flushAt: count ? 50 : 15, flushInterval: 500, maxInternalQueueSize: 1_000_000, logLevel: "error", retryCount: count ? 1000 : 3, axiosRetryConfig: { retryDelay: () => 250 } });
  const waiting = [];
  const lost = [];
  // flush() speaks of one batch only; what tells of each event is its callback.
  const says = (call, message) => waiting.push(new Promise((done) => analytics[call](message, (error) => { if (error) lost.push(String(error)); done(); })));
  return {
    identify: (userId, anonymousId, traits) => { says("identify", { userId, anonymousId, traits }); },
    track: async (userId, event, properties, messageId) => {
      says("track", { userId, event, properties, ...(messageId ? { messageId } : {}) });
      // It measures its whole queue with every call, so a long one would hold up the shop.
      while (analytics.queue.length >= 1000) { analytics.flush().catch(() => {}); await rest(50); }
    },
    page: (userId, { name, category, properties }) => { says("page", { userId, name, category, properties }); },
    screen: (userId, { name, properties }) => { says("screen", { userId, name, properties }); },
    group: (userId, groupId, traits) => { says("group", { userId, groupId, traits }); },
    alias: (userId, previousId) => { says("alias", { userId, previousId }); },
    leave: async () => {
      const pushing = setInterval(() => { if (analytics.queue.length > 0) analytics.flush().catch(() => {}); }, 100);
      await Promise.all(waiting);
      clearInterval(pushing);
      return { lost };
    },
  };
}

// Jitsu's client calls `fetch` once for each event and never again. With `again` it is handed a fetch that says the
// same body, and so the same message id, until it is answered.
async function jitsu(again) {
  const { jitsuAnalytics } = await import("@jitsu/js");
  const answered = new Map();
  const unanswered = new Set();
  const listening = async (url, how) => {
    const { messageId, properties } = JSON.parse(how.body);
    for (;;) {
      const answer = await fetch(url, how).catch(() => null);
      if (answer?.ok) answered.set(properties?.product_id, messageId);
      if (answer?.ok || !again) {
        if (!answer?.ok) unanswered.add(properties?.product_id);
        return answer ?? Promise.reject(new Error("no answer"));
      }
      await rest(250);
    }
  };
  const analytics = jitsuAnalytics({ host, writeKey: `${key}:secret`, fetch: count ? listening : fetch, errorPolicy: count ? () => {} : "log" });
  const waiting = new Set();
  let missed = 0;
  return {
    identify: async (userId, anonymousId, traits) => { await analytics.setAnonymousId(anonymousId); await analytics.identify(userId, traits); },
    track: async (userId, event, properties) => {
      const said = analytics.track(event, properties);
      if (!count) return said;
      waiting.add(said);
      said.finally(() => waiting.delete(said));
      if (waiting.size >= 25) await Promise.race(waiting);
      if (unanswered.size > missed) await rest(500);
      missed = unanswered.size;
    },
    page: (userId, { name: title, category, properties }) => analytics.page({ name: title, category, ...properties }),
    group: (userId, groupId, traits) => analytics.group(groupId, traits),
    leave: async () => {
      await Promise.all(waiting);
      return count ? { answered: Object.fromEntries(answered), unanswered: [...unanswered] } : { lost: [] };
    },
  };
}

const CLIENTS = {
  segment: () => segmentLike("@segment/analytics-node"),
  customerio: () => segmentLike("@customerio/cdp-analytics-node"),
  rudder,
  jitsu: () => jitsu(false),
  jitsu_again: () => jitsu(true),
};

const speaker = await CLIENTS[client]();
const user = `${story.user}-${client}`;
if (count) {
  for (const number of products) {
    await speaker.track(user, story.seen, { product_id: `p-${name}${number}` }, `m-${name}${number}`);
    if (number % 50 === 49) await rest(20);
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
// A pipe takes 64 kB at once: leave only when all of it is through.
process.stdout.write(`${JSON.stringify(await speaker.leave())}\n`, () => process.exit(0));
