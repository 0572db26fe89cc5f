/**
 * A configuration file. Start it with `npm start -- --config examples/lacquer.config.ts`, and print what it comes to
 * with `npx bun src/entry/bun.ts check --config examples/lacquer.config.ts`.
 */
import { defineConfig } from "../mod.ts";

export default defineConfig({
  listen: "127.0.0.1:8080",
  origins: [
    "http://127.0.0.1:9001",
    { url: "http://127.0.0.1:9002", timeouts: { firstByte: "5s" } },
  ],
  memory: "256MiB",
  query: { ignore: ["utm_*", "fbclid", "gclid"] },
  freshness: { staleWhileRevalidate: "10s", staleIfError: "5m" },
  log: "json",
});
