import { csrfHeaders } from "./client.ts";
import { problemOf, unreachable } from "./problem.ts";

/** The simulator is a program of its own behind `/api/simulator`; its answers are described here by hand. */

export interface ChatMessage {
  readonly id: number;
  readonly at: string;
  readonly from: string;
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  readonly links: readonly string[];
  readonly read: boolean;
}

export interface Phone {
  readonly line_user_id: string;
  readonly name: string;
  readonly blocked: boolean;
  readonly messages: readonly ChatMessage[];
}

export interface Letter {
  readonly id: number;
  readonly at: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly links: readonly string[];
  readonly opened: boolean;
}

export interface Mailbox {
  readonly address: string;
  readonly messages: readonly Letter[];
}

export interface Prompt {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
}

export interface AdMember {
  readonly member: string;
  readonly hashed: Readonly<Record<string, string>>;
  readonly since: string;
}

/** A sale as the cashier enters it; the price of one piece in major units. */
export interface Sale {
  readonly store_id: string;
  readonly loyalty_card: string;
  readonly products: readonly { product_id: string; quantity: number; price: number }[];
}

async function ask<T>(method: "GET" | "POST", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const asked = { method, signal, credentials: "same-origin", headers: csrfHeaders(method), body: body === undefined ? undefined : JSON.stringify(body) } as const;
  const answer = await fetch(`/api/simulator${path}`, asked).catch((error: unknown) => {
    throw error instanceof DOMException ? error : unreachable();
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw problemOf(answer.status, said);
  return said as T;
}

const part = encodeURIComponent;

/** What a person does with the simulated phones, mailboxes, till and ad platform. */
export const simulator = {
  phones: (signal: AbortSignal) => ask<Phone[]>("GET", "/phones", undefined, signal),
  reply: (phone: string, text: string) => ask<Phone>("POST", `/phones/${part(phone)}/reply`, { text }),
  block: (phone: string) => ask<Phone>("POST", `/phones/${part(phone)}/block`, {}),
  press: (phone: string, message_id: number, url: string) => ask<unknown>("POST", `/phones/${part(phone)}/click`, { message_id, url }),
  mailboxes: (signal: AbortSignal) => ask<Mailbox[]>("GET", "/mailboxes", undefined, signal),
  open: (address: string, letter: number) => ask<Letter>("POST", `/mailboxes/${part(address)}/${letter}/open`, {}),
  follow: (address: string, letter: number, url: string) => ask<unknown>("POST", `/mailboxes/${part(address)}/${letter}/click`, { url }),
  unsubscribe: (address: string, letter: number) => ask<unknown>("POST", `/mailboxes/${part(address)}/${letter}/unsubscribe`, {}),
  sell: (sale: Sale) => ask<{ order_id: string }>("POST", "/till/sale", sale),
  takeBack: (order_id: string) => ask<{ order_id: string }>("POST", "/till/return", { order_id }),
  prompts: (card: string, store: string, signal: AbortSignal) =>
    ask<{ items: Prompt[] }>("GET", `/till/prompts?${new URLSearchParams({ loyalty_card: card, store }).toString()}`, undefined, signal),
  answer: (prompt: string, answer: string) => ask<unknown>("POST", `/till/prompts/${part(prompt)}`, { answer }),
  audiences: (signal: AbortSignal) => ask<string[]>("GET", "/ads", undefined, signal),
  adMembers: (audience: string, signal: AbortSignal) => ask<{ members: AdMember[] }>("GET", `/ads/${part(audience)}`, undefined, signal),
};
