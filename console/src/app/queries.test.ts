import { QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { Queries } from "./queries.ts";

it("reads again what changed while it was read for the first time", async () => {
  const client = new Queries();
  const answers: ((value: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const seen: (string | undefined)[] = [];
  const observer = new QueryObserver(client, { queryKey: ["duplicates", "open"], queryFn });
  const leave = observer.subscribe(({ data }) => seen.push(data));
  const first = client.fetchQuery({ queryKey: ["duplicates", "open"], queryFn });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  const renewed = client.invalidateQueries({ queryKey: ["duplicates"] });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[0]?.("before the change");
  answers[1]?.("after it");
  await renewed;
  expect(await first).toBe("after it");
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("after it"));
  expect(seen).not.toContain("before the change");
  leave();
});

it("leaves alone what nobody looks at", async () => {
  const client = new Queries();
  const answers: ((value: string) => void)[] = [];
  const read = client.fetchQuery({ queryKey: ["shops"], queryFn: () => new Promise<string>((resolve) => answers.push(resolve)) });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  await client.invalidateQueries();
  answers[0]?.("the shops");
  expect(await read).toBe("the shops");
});
