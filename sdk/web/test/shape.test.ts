/** Small things with one right answer, in Node; how it all behaves is tested in Chromium (tests/e2e/test_web_sdk.py). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { campaignIn } from "../src/context.ts";
import { memory } from "../src/cupboard.ts";
import { consent } from "../src/consent.ts";
import { queue } from "../src/queue.ts";
import { waitIn } from "../src/sender.ts";
import { sorted, uuid } from "../src/shape.ts";

test("arguments are told apart as in analytics.js", () => {
  const done = () => undefined;
  assert.deepEqual(sorted(["mei", { a: 1 }, { b: 2 }, done], 1), { words: ["mei"], first: { a: 1 }, second: { b: 2 }, done });
  assert.deepEqual(sorted([{ a: 1 }, { b: 2 }], 1), { words: [], first: { a: 1 }, second: { b: 2 }, done: undefined });
  assert.deepEqual(sorted(["Cart", null, { b: 2 }], 1), { words: ["Cart"], first: {}, second: { b: 2 }, done: undefined });
  assert.deepEqual(sorted([null, "Home", done], 2), { words: ["", "Home"], first: {}, second: {}, done });
  assert.deepEqual(sorted([42], 1).words, ["42"]);
});

test("an id is a UUID of version 4", () => {
  const ids = Array.from({ length: 1000 }, uuid);
  assert.equal(new Set(ids).size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a pause is asked for in seconds or by a date", () => {
  assert.equal(waitIn("3"), 3000);
  assert.equal(waitIn(null), undefined);
  assert.equal(waitIn("soon"), undefined);
  assert.equal(waitIn(new Date(0).toUTCString()), undefined);
  const asked = waitIn(new Date(Date.now() + 60_000).toUTCString())!;
  assert.ok(asked > 55_000 && asked <= 60_000);
});

test("a campaign is what an address says of it", () => {
  assert.deepEqual(campaignIn("?utm_campaign=春天&utm_source=line&x=1&utm_term="), { name: "春天", source: "line" });
  assert.equal(campaignIn("?q=tea"), undefined);
});

test("before an answer each mode goes its own way", () => {
  const way = (mode: "strict" | "cookieless" | "open", answer?: boolean) => {
    const one = consent({ mode }, memory());
    if (answer !== undefined) one.answer({ analytics: answer });
    return one.way();
  };
  assert.deepEqual([way("strict"), way("strict", true), way("strict", false)], ["hold", "keep", "drop"]);
  assert.deepEqual([way("cookieless"), way("cookieless", true), way("cookieless", false)], ["bare", "keep", "bare"]);
  assert.deepEqual([way("open"), way("open", true), way("open", false)], ["keep", "keep", "drop"]);
});

test("what may have arrived days ago is not sent again, because the server no longer knows its id", () => {
  const dropped: string[] = [];
  const waiting = queue(memory(), "q_", 1000, (text, reason) => dropped.push(`${text} ${reason}`));
  waiting.add('{"n":1}');
  const taken = waiting.take(10, 1000);
  assert.equal(taken.length, 1);
  taken[0]!.tried -= 72 * 3_600_000;
  waiting.back();
  assert.equal(waiting.take(10, 1000).length, 0);
  assert.deepEqual(dropped, ['{"n":1} it may have arrived days ago']);
});

test("what was surely refused may be tried for ever", () => {
  const waiting = queue(memory(), "q_", 1000, () => assert.fail());
  waiting.add('{"n":1}');
  const taken = waiting.take(10, 1000);
  taken[0]!.tried -= 72 * 3_600_000;
  waiting.back(taken, true);
  assert.equal(waiting.take(10, 1000).length, 1);
});

test("the oldest gives way, and no batch is larger than it may be", () => {
  const dropped: string[] = [];
  const waiting = queue(memory(), "q_", 30, (text) => dropped.push(text));
  for (const n of [1, 2, 3, 4]) waiting.add(`{"n":"茶${n}"}`);
  assert.deepEqual(dropped, ['{"n":"茶1"}', '{"n":"茶2"}']);
  assert.deepEqual(waiting.take(10, 15).map((one) => one.text), ['{"n":"茶3"}']);
  assert.deepEqual(waiting.take(10, 15).map((one) => one.text), ['{"n":"茶4"}']);
});
