// Builds the script for pages, the module for bundlers and the snippet, and fails when the script grows too heavy.
// The tools are the console's: `npm ci` in console/ first, or simply `make setup`.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const BUDGET_BYTES = 6 * 1024;
const here = new URL("./", import.meta.url);
const served = new URL("../../src/unavoce/apps/sdk/", here);
const tools = createRequire(new URL("../../console/package.json", here));
const { build } = await import(pathToFileURL(tools.resolve("vite")).href);
const { version } = JSON.parse(readFileSync(new URL("package.json", here), "utf8"));

async function bundle(entry, format) {
  const made = await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(here),
    define: { VERSION: JSON.stringify(version) },
    build: {
      write: false,
      target: "es2020",
      minify: true,
      lib: { entry: fileURLToPath(new URL(entry, here)), formats: [format], name: "unavoce" },
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  return [made].flat()[0].output[0].code;
}

const script = Buffer.from(await bundle("src/browser.ts", "iife"));
const weight = gzipSync(script, { level: 9 }).length;
if (weight > BUDGET_BYTES) {
  console.error(`unavoce.js weighs ${weight} bytes gzipped; ${BUDGET_BYTES} are allowed`);
  process.exit(1);
}
rmSync(served, { recursive: true, force: true });
mkdirSync(served, { recursive: true });
mkdirSync(new URL("dist/", here), { recursive: true });
const put = (name, content) => {
  writeFileSync(new URL(name, served), content);
  writeFileSync(new URL(`${name}.gz`, served), gzipSync(content, { level: 9 }));
  writeFileSync(new URL(`${name}.br`, served), brotliCompressSync(content));
};
put("unavoce.js", script);
put("snippet.js", readFileSync(new URL("src/snippet.js", here)));
put("test.js", Buffer.from(await bundle("page/test.ts", "iife")));
put("test.css", readFileSync(new URL("page/test.css", here)));
put("test.html", readFileSync(new URL("page/test.html", here)));
writeFileSync(new URL("hash", served), createHash("sha256").update(script).digest("hex").slice(0, 16));
writeFileSync(new URL("dist/index.mjs", here), await bundle("src/index.ts", "es"));
console.log(`unavoce.js ${(script.length / 1024).toFixed(1)} kB, ${(weight / 1024).toFixed(2)} kB gzip of 6`);
