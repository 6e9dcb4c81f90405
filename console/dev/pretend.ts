import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { answer } from "./answers.ts";

/** A refusal of the made-up server. */
const PROBLEM = { type: "about:blank", again: false };

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? {} : JSON.parse(text);
}

async function serve(request: IncomingMessage, response: ServerResponse, next: Connect.NextFunction): Promise<void> {
  const url = new URL(request.url ?? "/", "http://pretend");
  if (!url.pathname.startsWith("/api/")) return next();
  const loggedIn = (request.headers.cookie ?? "").includes("pretend=1");
  const { status, body, headers } = answer(request.method ?? "GET", url, await bodyOf(request), loggedIn);
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(status >= 400 ? { ...PROBLEM, status, ...body } : body));
}

/** Answers `/api` with made-up customers, so that screens can be drawn without an engine. Never shipped. */
export function pretendServer(): Plugin {
  const handler: Connect.NextHandleFunction = (request, response, next) => void serve(request, response, next).catch(next);
  return {
    name: "pretend-server",
    configureServer: (server) => void server.middlewares.use(handler),
    configurePreviewServer: (server) => void server.middlewares.use(handler),
  };
}
