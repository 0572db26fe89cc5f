// What `POST /v1/purge` takes. The `error` of each schema is what a problem says is accepted.
import { z } from "zod";
import { FIELD_NAME } from "../http/field-list.ts";
import type { BanCondition } from "../invalidation/ban.ts";
import { MAX_TEXT } from "../invalidation/text-test.ts";

/** Items that one request may hold, over all lists; each condition of a ban counts. */
export const MAX_ITEMS = 1_000;

/** What a message says where nothing is named. */
const NOTHING_NAMED = "nothing is named to be purged, accepted: one or more of urls, tags, prefixes, hosts, bans, all";

const MAX_LENGTH = 8_192;

const tests = {
  equals: comparedText("a text").exactOptional(),
  prefix: comparedText("the beginning of a text").exactOptional(),
  glob: comparedText("a text in which * and ? are wildcards").exactOptional(),
  regex: comparedText("a regular expression in the syntax of RE2").exactOptional(),
};

const field = (name: "host" | "path" | "tag") => textCondition({ field: z.literal(name), ...tests });

const condition = z.discriminatedUnion("field", [
  field("host").describe("the host, with port where the URL has one"),
  field("path").describe("path and query"),
  field("tag").describe("any of the tags"),
  textCondition({ field: z.literal("header"), name: fieldName(), ...tests }).describe("a stored response field"),
  object({ field: z.literal("status"), equals: status() }).describe("the status"),
  object({ field: z.literal("age"), over: age() }).describe("older than so many seconds"),
], { error: '"host", "path", "tag", "header", "status" or "age"' }).transform((given) => given as BanCondition);

const ban = object({
  where: z.array(condition, { error: "a list of conditions" }).min(1, { error: "at least one condition" }),
}).describe("what holds where all of its conditions do");

/** The content of a purge request. */
export const purgeSchema = object({
  urls: list(url(), "absolute URLs").describe("URLs, each with all of its variants"),
  tags: list(text("a tag"), "tags").describe("tags, as the origin gives them"),
  prefixes: list(prefix(), "beginnings of URLs").describe(
    "beginnings of URLs, or of the path on every host, byte by byte",
  ),
  hosts: list(host(), "host names").describe("host names, for every port; with a port, for that one only"),
  bans: list(ban, "bans").describe("predicates over what is stored"),
  all: flag().describe("everything"),
  soft: flag().describe("stale from now on, instead of gone"),
}).refine(namesSomething, { error: NOTHING_NAMED, params: { isWhole: true } });

/** The same behind a count of the items: that is quick, and looking at very many of them is not. */
export const boundedPurgeSchema = z.unknown().superRefine((given, context) => {
  const count = countItems(given);
  if (count <= MAX_ITEMS) return;
  const message = `given ${count} items over all lists, accepted: at most ${MAX_ITEMS}`;
  context.addIssue({ code: "custom", message, params: { isWhole: true }, input: given });
}).pipe(purgeSchema);

/** The answer to a purge. */
export const receiptSchema = z.object({
  sequence: z.int().describe("the place of the purge in the order of all"),
});

function namesSomething(given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(given).some(([key, value]) =>
    key !== "soft" && (Array.isArray(value) ? value.length > 0 : value === true)
  );
}

function countItems(given: unknown): number {
  if (typeof given !== "object" || given === null) return 0;
  let count = 0;
  for (const items of Object.values(given)) {
    if (!Array.isArray(items)) continue;
    count += items.length;
    for (const item of items) count += Array.isArray(item?.where) ? item.where.length : 0;
  }
  return count;
}

function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => issue.code === "unrecognized_keys" ? keys : `an object with any of ${keys}`,
  });
}

function textCondition<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const error = "exactly one of equals, prefix, glob, regex";
  return object(shape).refine((given) => Object.keys(tests).filter((name) => name in given).length === 1, { error });
}

function list<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, { error: `a list of ${what}` }).default([]);
}

function flag() {
  return z.boolean({ error: "true or false" }).default(false);
}

function text(accepted: string) {
  const error = `${accepted}, of 1 to ${MAX_LENGTH} characters`;
  return z.string({ error }).min(1, { error, abort: true }).max(MAX_LENGTH, { error, abort: true });
}

/** The empty text is one too: every field that is there begins with it. */
function comparedText(accepted: string) {
  const error = `${accepted}, of at most ${MAX_TEXT} characters`;
  return z.string({ error }).max(MAX_TEXT, { error });
}

function url() {
  const error = 'an absolute URL such as "https://www.example.com/page"';
  return text(error).regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\//, { error, abort: true }).refine(
    (given) => URL.canParse(given),
    { error },
  );
}

function prefix() {
  const error = 'the beginning of a URL such as "https://www.example.com/blog/", or of a path such as "/blog/"';
  return text(error).regex(/^(?:\/|[Hh][Tt][Tt][Pp][Ss]?:\/\/)/, { error });
}

function host() {
  const error = 'a host name, with port if need be, such as "www.example.com" or "www.example.com:8443"';
  return text(error).regex(/^[^\s/?#@\\]+$/, { error });
}

function fieldName() {
  const error = 'a field name such as "content-type"';
  return z.string({ error }).transform((name) => name.toLowerCase()).refine((name) => FIELD_NAME.test(name), { error });
}

function status() {
  const error = "a status from 100 to 599";
  return z.int({ error }).min(100, { error }).max(599, { error });
}

function age() {
  const error = "a number of seconds from 0 up";
  return z.number({ error }).min(0, { error });
}
