/**
 * Lacquer as a library: a `fetch` that keeps what may be kept.
 * Run it with `node examples/library.ts`, `bun examples/library.ts` or `deno run -A examples/library.ts`.
 */
import { CacheEngine } from "../mod.ts";

let asked = 0;

/** Stands for anything that answers requests: an app, a handler, or the global `fetch`. */
function origin(request: Request): Response {
  asked++;
  const language = request.headers.get("accept-language")?.startsWith("de") ? "Guten Tag" : "Good day";
  return new Response(`${language}, answer ${asked}\n`, {
    headers: { "Cache-Control": "max-age=60", "Vary": "Accept-Language" },
  });
}

const engine = new CacheEngine({ origin, memoryBytes: 16 * 1024 * 1024 });

for (const language of ["de", "en", "DE", "en"]) {
  const response = await engine.fetch("http://example.org/greeting", { headers: { "Accept-Language": language } });
  console.log(`${language}: ${(await response.text()).trim()} — ${response.headers.get("cache-status")}`);
}

await engine.close();
