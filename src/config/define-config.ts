/** A size: `"256MiB"`, `"500MB"`, or a number of bytes. */
export type ByteSizeLiteral = string | number;

/** A duration with its unit: `"500ms"`, `"30s"`, `"5m"`, `"1h"`, `"1d"`. */
export type DurationLiteral = string;

/** What stands in `lacquer.config.ts` or `lacquer.config.json`. Every key may be left out. */
export interface LacquerConfig {
  /** Address of the proxy, `HOST:PORT`. Default `"127.0.0.1:8080"`. */
  readonly listen?: string;
  /** Servers that requests are forwarded to, as URLs or with options. Without any, a demo origin is started. */
  readonly origins?: readonly (string | OriginConfig)[];
  /** Bound of everything the store keeps in memory. Default `"256MiB"`. */
  readonly memory?: ByteSizeLiteral;
  /** Largest response body that is stored; larger ones pass. Default `"32MiB"`, or `memory` when that is less. */
  readonly maxObjectSize?: ByteSizeLiteral;
  /**
   * Directory in which purges are kept, so that they outlive the process; made where it is missing. A relative path
   * begins in the working directory. Default: none.
   */
  readonly state?: string;
  /** Host names that are answered, on any port; others get 421. Default: every name. */
  readonly hosts?: readonly string[];
  /**
   * Addresses and CIDR blocks whose forwarding fields are believed, and whose `Cache-Control` requests are obeyed.
   * Default: loopback.
   */
  readonly trustedProxies?: readonly string[];
  readonly query?: QueryConfig;
  readonly vary?: VaryConfig;
  /**
   * What is done with responses that set cookies: `"pass"` leaves them out of the store, `"strip"` stores them without
   * the cookies, which only the client gets that caused the fetch. Default `"pass"`.
   */
  readonly setCookie?: "pass" | "strip";
  /**
   * Fields that govern instead of `Cache-Control` and `Expires` (RFC 9213), in order of precedence. `surrogate-control`
   * may be named too. Default `["lacquer-cache-control", "cdn-cache-control"]`.
   */
  readonly targetedControl?: readonly string[];
  /** Response fields that clients do not get. Default `["lacquer-cache-control", "surrogate-control"]`. */
  readonly hiddenFields?: readonly string[];
  /** What responses may be purged by beside their URL. */
  readonly tags?: TagsConfig;
  readonly freshness?: FreshnessConfig;
  /** What is known of routes beforehand; the first whose path matches counts. Default none: it is learned. */
  readonly routes?: readonly RouteConfig[];
  readonly coalescing?: CoalescingConfig;
  readonly limits?: LimitsConfig;
  /** Where the admin API listens, `HOST:PORT`, or with options. Default: nowhere. */
  readonly admin?: string | AdminConfig;
  readonly purgeMethod?: PurgeMethodConfig;
  /** One line per request on standard output. Default `"pretty"`. */
  readonly log?: "json" | "pretty" | "off";
}

/** One origin server. */
export interface OriginConfig {
  /** `http:` or `https:`, host and port, without path. */
  readonly url: string;
  /** Value of `Host` sent to this origin. Default: the client's own. */
  readonly host?: string;
  /** Connections open at once. Default 256. */
  readonly maxConnections?: number;
  /** `false` accepts any certificate of an `https:` origin. Default `true`. */
  readonly verifyCertificate?: boolean;
  readonly timeouts?: {
    /** Until the connection stands, TLS included. Default `"5s"`. */
    readonly connect?: DurationLiteral;
    /** From the request being sent to the end of the response header section. Default `"30s"`. */
    readonly firstByte?: DurationLiteral;
    /** Between two pieces of a response body. Default `"30s"`. */
    readonly betweenBytes?: DurationLiteral;
    /** From start to the last byte; `"0s"` for none. Default `"0s"`. */
    readonly total?: DurationLiteral;
  };
}

/** How the query takes part in the primary key. The origin receives the same query that is keyed. */
export interface QueryConfig {
  /** Sorts parameters by name; those of one name keep their order. Default `true`. */
  readonly sort?: boolean;
  /**
   * Parameters taken out before keying and forwarding: names, or beginnings followed by `*` such as `"utm_*"`.
   * Default none, because a parameter dropped here never reaches the origin.
   */
  readonly ignore?: readonly string[];
}

/** How requests select among the variants of a response. */
export interface VaryConfig {
  /**
   * Uses a response that varies on `Accept-Language` for every client that wants its `Content-Language` above all
   * others, whatever else that would put up with. For origins that choose by weight. Default `false`.
   */
  readonly byContentLanguage?: boolean;
}

/** Freshness where the response does not say. */
export interface FreshnessConfig {
  /** Takes a tenth of the time since `Last-Modified` when a response names no lifetime. Default `true`. */
  readonly heuristic?: boolean;
  /** Longest heuristic lifetime. Default `"1d"`. */
  readonly heuristicMax?: DurationLiteral;
  /** The same for 404, 405, 410, 414 and 501, which RFC 9111 allows; otherwise errors need explicit freshness. Default `false`. */
  readonly heuristicErrors?: boolean;
  /** Stale delivery while a refresh runs, for responses that name none. Default `"0s"`. */
  readonly staleWhileRevalidate?: DurationLiteral;
  /** Stale delivery when the origin fails, for responses that name none. Default `"0s"`. */
  readonly staleIfError?: DurationLiteral;
  /** How long a stale response is kept to make a conditional request with. Default `"10m"`. */
  readonly keep?: DurationLiteral;
  /** Longest lifetime of a stored status of 400 or more, except 404 and 410. Default `"10s"`. */
  readonly errorTtlMax?: DurationLiteral;
  /** Statuses for which a stale response may stand in (RFC 5861). Default 500, 502, 503 and 504. */
  readonly errorStatuses?: readonly number[];
}

/** Where the tags of responses stand. */
export interface TagsConfig {
  /** Fields that hold them, parted by spaces or commas. Default `surrogate-key`, `cache-tag`, `edge-cache-tag`, `xkey`. */
  readonly fields?: readonly string[];
  /** Sends those fields on to clients. Default `false`. */
  readonly send?: boolean;
}

/** What is known of a route beforehand. It decides who waits for whom, and never who gets which answer. */
export interface RouteConfig {
  /** A path, or the beginning of paths followed by `*`, such as `"/assets/*"`. */
  readonly path: string;
  /** Request fields on which its responses depend. Default: learned from its responses. */
  readonly vary?: readonly string[];
  /** Its responses are the same whoever asks, so that requests wait for each other despite their cookies. Default `false`. */
  readonly public?: boolean;
  /** Tags of all its responses, beside those that the origin gives them. Default none. */
  readonly tags?: readonly string[];
}

/** How requests for the same thing wait for each other. */
export interface CoalescingConfig {
  /** Nobody waits longer for the response headers of another request. Default `"5s"`; three times the usual where less. */
  readonly maxWait?: DurationLiteral;
  /** Fetches of one key at once while it is unknown what its response depends on. Default 4. */
  readonly maxSpeculative?: number;
  /** Shares a response with `no-cache` among those who waited for it, though none but one had it validated. Default `false`. */
  readonly shareNoCache?: boolean;
  /** How long nobody waits for a key whose response could not be shared. Default `"2m"`. */
  readonly hitForMiss?: DurationLiteral;
  /** A range waits for a body under way if it begins at most this far behind what has arrived. Default `"1MiB"`. */
  readonly lookAhead?: ByteSizeLiteral;
  /** How long one client may hold up the others of a response that is not stored. Default `"1s"`. */
  readonly laggardLimit?: DurationLiteral;
  /** When a fetch goes on that no client reads any more. */
  readonly fill?: {
    /** If at most this much is missing. Default `"4MiB"`. */
    readonly bytesLeft?: ByteSizeLiteral;
    /** Or if at least this much of it has come. Default 50. */
    readonly percent?: number;
  };
}

/** What a client may take. */
export interface LimitsConfig {
  /** From the first byte of a request to the end of its header section. Default `"10s"`. */
  readonly headerTimeout?: DurationLiteral;
  /** A connection on which nothing moves is closed after this. Default `"60s"`. */
  readonly idleTimeout?: DurationLiteral;
  /** A client that reads nothing while its origin waits for it is cut off after this. Default `"60s"`. */
  readonly sendTimeout?: DurationLiteral;
  /** Largest request header section. Default `"16KiB"`. */
  readonly requestHeader?: ByteSizeLiteral;
  /** Largest request body. Default `"1GiB"`. */
  readonly requestBody?: ByteSizeLiteral;
  /** Largest content of a QUERY that is read in order to key it; larger ones are passed on. Default `"64KiB"`. */
  readonly queryContent?: ByteSizeLiteral;
}

/** The admin API, on a listener of its own. */
export interface AdminConfig {
  /** Address of the listener, `HOST:PORT`. */
  readonly listen: string;
  /**
   * What `Authorization: Bearer` has to bring. The environment variable `LACQUER_ADMIN_TOKEN` wins over it; without
   * either a token is made up at each start and printed.
   */
  readonly token?: string;
  /** Names by which it may be asked for, besides the address it listens on and the names of loopback. Default none. */
  readonly hosts?: readonly string[];
}

/** The method PURGE on the address of the proxy. */
export interface PurgeMethodConfig {
  /** Addresses and CIDR blocks that may use it, by the address of the connection. Default none: PURGE is a 405. */
  readonly allow?: readonly string[];
}

/** The configuration unchanged: what `lacquer.config.ts` exports by default, checked by the editor while it is typed. */
export function defineConfig(config: LacquerConfig): LacquerConfig {
  return config;
}
