// Every key of the configuration with its default. The defaults are literals as a user would write them, so this file
// is also the table of them; `define-config.ts` says the same to the editor.
import { z } from "zod";
import {
  addressBlock,
  adminToken,
  byteSize,
  choice,
  count,
  duration,
  errorStatus,
  fieldName,
  filePath,
  flag,
  hostField,
  hostName,
  list,
  listenAddress,
  originUrl,
  parameterPattern,
  pathPattern,
  section,
  tag,
  timeout,
} from "./config-fields.ts";

const timeouts = section({
  connect: timeout().prefault("5s"),
  firstByte: timeout().prefault("30s"),
  betweenBytes: timeout().prefault("30s"),
  total: timeout({ none: true }).prefault("0s"),
});

const originOptions = section({
  url: originUrl(),
  host: hostField().optional(),
  maxConnections: count(65_535).prefault(256),
  verifyCertificate: flag().prefault(true),
  timeouts: timeouts.prefault({}),
});

/** An origin with options, or its URL alone. */
const origin = z.preprocess((given) => typeof given === "string" ? { url: given } : given, originOptions);

const query = section({
  sort: flag().prefault(true),
  ignore: list(parameterPattern(), "query parameters").prefault([]),
});

const vary = section({
  byContentLanguage: flag().prefault(false),
});

const freshness = section({
  heuristic: flag().prefault(true),
  heuristicMax: duration().prefault("1d"),
  heuristicErrors: flag().prefault(false),
  staleWhileRevalidate: duration().prefault("0s"),
  staleIfError: duration().prefault("0s"),
  keep: duration().prefault("10m"),
  errorTtlMax: duration().prefault("10s"),
  errorStatuses: list(errorStatus(), "statuses").prefault([500, 502, 503, 504]),
});

const route = section({
  path: pathPattern(),
  vary: list(fieldName(), "field names").optional(),
  public: flag().prefault(false),
  tags: list(tag(), "tags").prefault([]),
});

const tags = section({
  fields: list(fieldName(), "field names").prefault(["surrogate-key", "cache-tag", "edge-cache-tag", "xkey"]),
  send: flag().prefault(false),
});

const coalescing = section({
  maxWait: timeout().prefault("5s"),
  maxSpeculative: count(64).prefault(4),
  shareNoCache: flag().prefault(false),
  hitForMiss: duration().prefault("2m"),
  lookAhead: byteSize().prefault("1MiB"),
  laggardLimit: timeout().prefault("1s"),
  fill: section({
    bytesLeft: byteSize().prefault("4MiB"),
    percent: count(100).prefault(50),
  }).prefault({}),
});

const limits = section({
  headerTimeout: timeout().prefault("10s"),
  idleTimeout: timeout().prefault("60s"),
  sendTimeout: timeout().prefault("60s"),
  requestHeader: byteSize().prefault("16KiB"),
  requestBody: byteSize().prefault("1GiB"),
  queryContent: byteSize().prefault("64KiB"),
});

const adminOptions = section({
  listen: listenAddress(),
  token: adminToken().optional(),
  hosts: list(hostName(), "host names").prefault([]),
});

/** The admin listener with options, or its address alone. */
const admin = z.preprocess((given) => typeof given === "string" ? { listen: given } : given, adminOptions);

const purgeMethod = section({
  allow: list(addressBlock(), "IP addresses and CIDR blocks").prefault([]),
});

/** Reads a `LacquerConfig`; an unknown key is an error, at every depth. */
export const configSchema = section({
  listen: listenAddress().prefault("127.0.0.1:8080"),
  origins: list(origin, "origins").prefault([]),
  memory: byteSize().prefault("256MiB"),
  // Without default: it depends on `memory`.
  maxObjectSize: byteSize().optional(),
  // Without default: purges do not outlive the process then.
  state: filePath().optional(),
  hosts: list(hostName(), "host names").prefault([]),
  trustedProxies: list(addressBlock(), "IP addresses and CIDR blocks").prefault(["127.0.0.0/8", "::1/128"]),
  query: query.prefault({}),
  vary: vary.prefault({}),
  setCookie: choice(["pass", "strip"]).prefault("pass"),
  targetedControl: list(fieldName(), "field names").prefault(["lacquer-cache-control", "cdn-cache-control"]),
  hiddenFields: list(fieldName(), "field names").prefault(["lacquer-cache-control", "surrogate-control"]),
  tags: tags.prefault({}),
  freshness: freshness.prefault({}),
  routes: list(route, "routes").prefault([]),
  coalescing: coalescing.prefault({}),
  limits: limits.prefault({}),
  admin: admin.optional(),
  purgeMethod: purgeMethod.prefault({}),
  log: choice(["json", "pretty", "off"]).prefault("pretty"),
});

/** A configuration as the schema reads it. */
export type ParsedConfig = z.output<typeof configSchema>;
