import { ago, PEOPLE } from "./people.ts";

type Route = (match: RegExpMatchArray, url: URL, body: Record<string, unknown>) => object;

const bubble = (id: number, minutes: number, from: string, text: string, button = "") => ({
  id, at: ago(minutes), from, text, links: [], read: false,
  blocks: button ? [{ type: "text", text }, { type: "button", label: button, url: "https://shop.example/cart" }] : [{ type: "text", text }],
});

const PHONES = [
  { line_user_id: "U4af4980629c8d1e0", name: "林美", blocked: false, messages: [
    bubble(1, 124, "brand", "歡迎加入，林美！"), bubble(2, 58, "brand", "您好，林美！您的抹茶刷還在購物車裡，台北 101 門市也有現貨。", "回到購物車"), bubble(3, 44, "customer", "謝謝，我去門市看看"),
  ] },
  ...PEOPLE.slice(1, 9).map(({ name }, index) => ({ line_user_id: `U00000000000000${index}`, name, blocked: index === 3, messages: [bubble(10 + index, 200 + index * 97, "brand", "Welcome! Here is what is new this week.")] })),
];

const letter = (id: number, minutes: number, subject: string, opened: boolean) => ({
  id, at: ago(minutes), subject, opened, text: subject, headers: { "list-unsubscribe": "<https://shop.example/u/1>" }, links: ["https://shop.example/t/c/abc"],
  html: `<h2 style="font-size:18px">${subject}</h2><p>Hello Mei, your matcha whisk is still in the cart.</p>`,
});

const MAILBOXES = [
  { address: "mei@example.com", messages: [letter(1, 300, "Welcome to Yuan Tea & Table", true), letter(2, 58, "抹茶刷還在購物車裡", false)] },
  { address: "household-12@example.com", messages: [letter(3, 400, "We miss you", false)] },
];

const PROMPT = { id: "pr1", title: "Matcha", text: "She looked at the matcha whisk on the web. Offer to show how it is used.", blocks: [] };

/** The simulator's made-up phones, mailboxes, till and ad platform. */
export const DEVICES: [string, RegExp, Route][] = [
  ["GET", /^\/api\/simulator\/phones$/, () => PHONES],
  ["POST", /^\/api\/simulator\/phones\/([^/]+)\/reply$/, ([, id], _url, body) => {
    const phone = PHONES.find(({ line_user_id }) => line_user_id === id);
    phone?.messages.push(bubble(Date.now(), 0, "customer", String(body.text)));
    return phone ?? {};
  }],
  ["POST", /^\/api\/simulator\/phones\/([^/]+)\/block$/, ([, id]) => {
    for (const phone of PHONES) if (phone.line_user_id === id) phone.blocked = true;
    return {};
  }],
  ["POST", /^\/api\/simulator\/phones\/([^/]+)\/click$/, () => ({ status: 302, leads_to: null })],
  ["GET", /^\/api\/simulator\/mailboxes$/, () => MAILBOXES],
  ["POST", /^\/api\/simulator\/mailboxes\/([^/]+)\/(\d+)\/open$/, ([, , id]) => {
    for (const box of MAILBOXES) for (const mail of box.messages) if (String(mail.id) === id) mail.opened = true;
    return {};
  }],
  ["POST", /^\/api\/simulator\/mailboxes\/.*$/, () => ({})],
  ["POST", /^\/api\/simulator\/till\/sale$/, () => ({ order_id: "till-3f9a21c0" })],
  ["POST", /^\/api\/simulator\/till\/return$/, (_match, _url, body) => ({ order_id: body.order_id })],
  ["GET", /^\/api\/simulator\/till\/prompts$/, () => ({ customer: null, items: [PROMPT] })],
  ["POST", /^\/api\/simulator\/till\/prompts\/.*$/, () => ({})],
  ["GET", /^\/api\/simulator\/ads$/, () => ["cart-matcha-whisk", "win-back"]],
  ["GET", /^\/api\/simulator\/ads\/.*$/, () => ({ members: PEOPLE.slice(0, 12).map(({ id }, index) => ({ member: id, hashed: { email: `${id}${id}`.repeat(2) }, since: ago(index * 55) })) })],
];
