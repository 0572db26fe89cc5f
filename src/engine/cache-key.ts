/** What of a query string counts. The same rewriting makes the key and the target that the origin receives. */
export interface QueryRules {
  /** Orders parameters by name; those of equal name keep their order. */
  readonly sort: boolean;
  /** Names dropped from key and origin request alike; a trailing `*` stands for any ending. */
  readonly ignore: readonly string[];
}

/** Query rules in the form the request path uses. */
export interface KeyRules {
  readonly sort: boolean;
  readonly ignoredNames: ReadonlySet<string>;
  readonly ignoredPrefixes: readonly string[];
}

/** The rules of a configuration in the form that `primaryKey()` takes. */
export function compileKeyRules(query: QueryRules): KeyRules {
  const isPrefix = (pattern: string) => pattern.endsWith("*");
  return {
    sort: query.sort,
    ignoredNames: new Set(query.ignore.filter((pattern) => !isPrefix(pattern))),
    ignoredPrefixes: query.ignore.filter(isPrefix).map((pattern) => pattern.slice(0, -1)),
  };
}

/**
 * Primary key of a request (RFC 9111 §2): scheme, host, path and query, the query rewritten by the rules.
 * No byte is decoded, so the key stays exactly what is forwarded. A URL without a query is its own key.
 */
export function primaryKey(url: string, rules: KeyRules): string {
  const fragment = url.indexOf("#");
  const uri = fragment === -1 ? url : url.slice(0, fragment);
  const question = uri.indexOf("?");
  if (question === -1) return uri;
  const query = uri.slice(question + 1);
  const rewritten = rewriteQuery(query, rules);
  if (rewritten === query) return uri;
  return rewritten === "" ? uri.slice(0, question) : `${uri.slice(0, question)}?${rewritten}`;
}

function rewriteQuery(query: string, rules: KeyRules): string {
  const drops = rules.ignoredNames.size > 0 || rules.ignoredPrefixes.length > 0;
  if (!drops && !query.includes("&")) return query;
  let parameters = query.split("&");
  if (drops) parameters = parameters.filter((parameter) => !isIgnored(parameterName(parameter), rules));
  if (rules.sort) parameters.sort(byName); // Array.prototype.sort is stable
  return parameters.join("&");
}

function isIgnored(name: string, rules: KeyRules): boolean {
  return rules.ignoredNames.has(name) || rules.ignoredPrefixes.some((prefix) => name.startsWith(prefix));
}

function byName(a: string, b: string): number {
  const nameA = parameterName(a);
  const nameB = parameterName(b);
  return nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
}

function parameterName(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals === -1 ? parameter : parameter.slice(0, equals);
}
