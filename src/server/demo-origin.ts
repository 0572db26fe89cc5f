// A small web site to try the proxy on. Every body tells how often and when it was made, so a stored response is
// recognised by its count standing still.
import { accepts, acceptsLanguages } from "@std/http/negotiation";
import { type Clock, type Milliseconds, systemClock } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import type { RequestHandler } from "./runtime.ts";

/** What a page is given, beside the request. */
interface Making {
  /** How many times this page has been made, from 1. */
  readonly count: number;
  readonly time: string;
  readonly timers: Timers;
}

interface Page {
  readonly shows: string;
  make(request: Request, making: Making): Response | Promise<Response>;
}

const PAGES: Readonly<Record<string, Page>> = {
  "/article": { shows: "max-age=60: a hit for a minute, and a 304 by ETag", make: article },
  "/greeting": { shows: "Vary: Accept-Language: one stored response each for en, de, fr", make: greeting },
  "/image": { shows: "Vary: Accept: WebP, PNG or SVG", make: image },
  "/slow": { shows: "two seconds to make, then fresh for ten", make: slow },
  "/flaky": { shows: "fails every second time; stale-if-error hides it", make: flaky },
  "/tagged/news": { shows: "Cache-Tag: news, front", make: (_request, making) => tagged("news, front", making) },
  "/tagged/sport": { shows: "Cache-Tag: sport, front", make: (_request, making) => tagged("sport, front", making) },
};

const SLOW_PAGE_DELAY: Milliseconds = 2_000;

/** The demo origin as a request handler. Counts start again with each call. */
export function demoOrigin(options: { clock?: Clock; timers?: Timers } = {}): RequestHandler {
  const clock = options.clock ?? systemClock;
  const timers = options.timers ?? systemTimers;
  const counts = new Map<string, number>();
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, { allow: "GET, HEAD" });
    const path = new URL(request.url).pathname;
    const page = path === "/" ? INDEX : Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
    if (page === undefined) return refusal(404, { "cache-control": "max-age=5" });
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const response = await page.make(request, { count, time: new Date(clock.wallTime()).toISOString(), timers });
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

const INDEX: Page = {
  shows: "this list",
  make(_request, making) {
    const lines = Object.entries(PAGES).map(([path, page]) => `${path.padEnd(16)}${page.shows}`);
    return text(["Lacquer demo origin", "", ...lines, "", made(making)], { "cache-control": "max-age=10" });
  },
};

function article(request: Request, making: Making): Response {
  // The article never changes, so that a conditional request is always answered 304.
  const fields = { "cache-control": "max-age=60", etag: '"article-1"' };
  if (request.headers.get("if-none-match") === fields.etag) return new Response(null, { status: 304, headers: fields });
  return text(["An article that stays fresh for a minute.", made(making)], fields);
}

const GREETINGS = new Map([["en", "Hello"], ["de", "Guten Tag"], ["fr", "Bonjour"]]);

function greeting(request: Request, making: Making): Response {
  const language = acceptsLanguages(request, ...GREETINGS.keys()) ?? "en";
  return text([GREETINGS.get(language) ?? "", made(making)], {
    "cache-control": "max-age=60",
    "content-language": language,
    vary: "Accept-Language",
  });
}

/** One pixel each. */
const IMAGES = new Map([
  ["image/webp", "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"],
  [
    "image/png",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  ],
]);

function image(request: Request, making: Making): Response {
  const type = accepts(request, ...IMAGES.keys(), "image/svg+xml") ?? "image/svg+xml";
  const body = IMAGES.get(type);
  const bytes = body === undefined
    ? new TextEncoder().encode(svg(making))
    : Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  return new Response(bytes, {
    headers: { "cache-control": "max-age=60", "content-type": type, vary: "Accept", ...madeFields(making) },
  });
}

function svg(making: Making): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="40"><text x="8" y="25">${
    made(making)
  }</text></svg>`;
}

async function slow(_request: Request, making: Making): Promise<Response> {
  await new Promise<void>((resolve) => making.timers.after(SLOW_PAGE_DELAY, resolve));
  return text(["A page that takes two seconds to make.", made(making)], { "cache-control": "max-age=10" });
}

function flaky(_request: Request, making: Making): Response {
  if (making.count % 2 === 0) return text(["This time it failed.", made(making)], {}, 503);
  return text(["This time it worked.", made(making)], { "cache-control": "max-age=2, stale-if-error=60" });
}

function tagged(tags: string, making: Making): Response {
  return text([`A page tagged ${tags}.`, made(making)], { "cache-control": "max-age=300", "cache-tag": tags });
}

function made(making: Making): string {
  return `made ${making.count} ${making.count === 1 ? "time" : "times"}, last at ${making.time}`;
}

/** The same as `made()` where the body cannot tell it. */
function madeFields(making: Making): Record<string, string> {
  return { "demo-count": String(making.count), "demo-time": making.time };
}

function text(lines: readonly string[], fields: Record<string, string>, status = 200): Response {
  const headers = { "content-type": "text/plain; charset=utf-8", ...fields };
  return new Response(`${lines.join("\n")}\n`, { status, headers });
}

function refusal(status: number, fields: Record<string, string>): Response {
  return text([status === 404 ? "No such page. See / for a list." : "Only GET and HEAD."], fields, status);
}
