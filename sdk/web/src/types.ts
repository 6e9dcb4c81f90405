/** The words of the SDK: what is called, what is sent, what can be set. */

export type Fields = Record<string, unknown>;

/** One call as it is sent; the fields are those of Segment's HTTP API. */
export interface Message {
  type: "track" | "identify" | "page" | "screen" | "group" | "alias";
  messageId: string;
  timestamp: string;
  anonymousId?: string;
  userId?: string;
  groupId?: string;
  previousId?: string;
  event?: string;
  name?: string;
  category?: string;
  properties?: Fields;
  traits?: Fields;
  context: Fields;
  integrations?: Fields;
}

/** Beside a call: its own time or id, and anything that belongs into its context. */
export interface CallOptions extends Fields {
  timestamp?: string | number | Date;
  messageId?: string;
  anonymousId?: string;
  userId?: string;
  integrations?: Fields;
  context?: Fields;
}

/** strict: nothing before a yes. cookieless: nothing kept, an id for each page. open: everything until a no. */
export type Mode = "strict" | "cookieless" | "open";

/** A yes or no for each purpose, such as `{ analytics: true, advertising: false }`. */
export type Answers = Record<string, boolean>;

export interface ConsentOptions {
  /** What happens before there is an answer; "open" when left out. */
  mode?: Mode;
  /** The purpose whose yes lets events be kept and sent; "analytics" when left out. */
  needs?: string;
  /** Take Global Privacy Control as a no to advertising; true when left out. */
  gpc?: boolean;
  /** Take Do Not Track as a no to everything; false when left out. */
  dnt?: boolean;
}

export interface Options {
  /** Where events go, such as `https://data.shop.example`; the script's own host when left out. */
  host?: string;
  /** The path under the host; "/v1/batch" when left out. */
  path?: string;
  consent?: ConsentOptions;
  /** Call `page()` on load and whenever the address changes; false when left out. */
  pages?: boolean;
  /** Track clicks on elements with `data-track`; false when left out. */
  clicks?: boolean;
  /** Send as soon as so many events wait; 20 when left out. */
  flushAt?: number;
  /** Send at the latest after so many milliseconds; 1,000 when left out. */
  flushInterval?: number;
  /** The most bytes that wait, in memory and in storage; 262,144 when left out. The oldest give way. */
  queueBytes?: number;
  /** The domain of the two id cookies; the widest the browser allows when left out, no cookies when false. */
  cookieDomain?: string | false;
  /** Segment's own way to name a host, understood so that its snippet can stay. */
  integrations?: Fields;
}

export type Callback = (sent?: { event: Message }) => void;
export type Listener = (...said: never[]) => void;

export interface Middleware {
  (given: {
    payload: { obj: Message; type: () => string };
    integrations: Fields;
    next: (payload: { obj: Message } | null) => void;
  }): void;
}
