import type { Plugin } from "vite";
export function pretendServer(): Plugin { return { name: "pretend" }; }
