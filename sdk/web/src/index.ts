/** For bundlers: `import { analytics } from "@unavoce/web"`. */
export { analytics, type Analytics } from "./analytics.ts";
export type * from "./ecommerce.ts";
export type * from "./types.ts";
