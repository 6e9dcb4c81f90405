import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { pretendServer } from "./dev/pretend.ts";

// `--mode mock` answers /api from dev/ with made-up customers; every other mode speaks to a running engine.
export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === "mock" ? [pretendServer()] : [])],
  build: {
    outDir: mode === "mock" ? "dist" : "../src/unavoce/apps/console",
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    // Data URLs are not in the server's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { port: 5173, proxy: { "/api": process.env.UNAVOCE_URL ?? "http://127.0.0.1:8700" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
}));
