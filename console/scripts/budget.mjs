// Fails the build when what a first visit loads is above the budget.
// Counted, gzipped: the entry with everything it imports (scripts and styles), the largest language, Home and index.html.
import { readFileSync, existsSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 220;
const folder = new URL(process.argv[2] ?? "../../src/unavoce/apps/console/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", folder), "utf8"));
const weigh = (file) => gzipSync(readFileSync(new URL(file, folder)), { level: 9 }).length;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) closure(imported, seen);
  return seen;
}

function filesOf(keys) {
  const files = new Set();
  for (const key of keys) {
    files.add(manifest[key].file);
    for (const style of manifest[key].css ?? []) files.add(style);
  }
  return files;
}

const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1).padStart(6)} kB`;
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = filesOf(closure(entry));
const language = Math.max(
  ...Object.keys(manifest).filter((key) => key.includes("locales/")).map((key) => weigh(manifest[key].file)),
);
const page = existsSync(new URL("index.html", folder)) ? weigh("index.html") : 0;
const home = Object.keys(manifest).find((key) => key.endsWith("screens/home/home.tsx"));
const homeFiles = [...filesOf(closure(home))].filter((file) => !shell.has(file));
const first = sum(shell) + sum(homeFiles) + language + page;

console.log(`first load ${kb(first)} of ${BUDGET_KB} kB gzip`);
for (const file of shell) console.log(`  ${kb(weigh(file))}  ${file}`);
console.log(`  ${kb(language)}  the largest language`);
console.log(`  ${kb(sum(homeFiles))}  Home`);
for (const key of Object.keys(manifest).filter((name) => name.includes("screens/") && manifest[name].isDynamicEntry)) {
  const more = [...filesOf(closure(key))].filter((file) => !shell.has(file));
  console.log(`+ ${kb(sum(more))}  ${key}`);
}
if (first / 1024 > BUDGET_KB) {
  console.error(`first load is above ${BUDGET_KB} kB`);
  process.exit(1);
}
