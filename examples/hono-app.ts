/**
 * Lacquer as middleware: the handler runs once a minute, whatever the number of visitors.
 * Run it with `node examples/hono-app.ts`, `bun examples/hono-app.ts` or `deno run -A examples/hono-app.ts`.
 */
import { Hono } from "hono";
import { lacquer } from "../src/server/hono.ts";

const app = new Hono();
let rendered = 0;

app.use(lacquer());
app.get("/", (context) => {
  rendered++;
  return context.text(`rendered ${rendered} time(s)\n`, 200, { "Cache-Control": "max-age=60" });
});

for (let visit = 1; visit <= 2; visit++) {
  const response = await app.request("http://localhost/");
  console.log(`visit ${visit}: ${(await response.text()).trim()} — ${response.headers.get("cache-status")}`);
}
