/** A refusal of the server (RFC 9457), or our own word for a server that cannot be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly again: boolean;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Record<string, unknown>) {
    const { title, detail, code, again, type: _type, status: _status, ...facts } = body;
    super(String(title ?? code ?? status));
    this.status = status;
    this.code = typeof code === "string" ? code : `http-${status}`;
    this.title = typeof title === "string" ? title : "";
    this.detail = typeof detail === "string" ? detail : undefined;
    this.again = again === true;
    this.facts = facts;
  }
}

/** The server did not answer at all. */
export function unreachable(): Problem {
  return new Problem(0, { code: "unreachable", again: true });
}

/** Reads a refusal whatever its body is: a proxy in between may answer in HTML. */
export function problemOf(status: number, body: unknown): Problem {
  return new Problem(status, typeof body === "object" && body !== null ? { ...body } : {});
}
