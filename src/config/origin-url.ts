/** What a message says is accepted where an origin is meant. */
export const ORIGIN_URL_FORM = 'scheme, host and port such as "http://127.0.0.1:3000" or "https://app.internal:8443"';

/** An origin URL in canonical form, or what an origin URL is and this one is not. */
export type OriginUrl = { readonly url: string } | { readonly accepted: string };

/**
 * Reads the URL of an origin: scheme, host and port, nothing else. Paths are refused rather than ignored, because
 * the bytes keyed are the bytes forwarded: an origin never sees another path than its client asked for.
 */
export function parseOriginUrl(text: string): OriginUrl {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { accepted: ORIGIN_URL_FORM };
  const url = new URL(text);
  const surplus = surplusPart(url, text);
  if (surplus !== undefined) return { accepted: `${ORIGIN_URL_FORM}, without ${surplus}` };
  return { url: url.origin };
}

function surplusPart(url: URL, text: string): string | undefined {
  if (url.username !== "" || url.password !== "") return "credentials";
  if (text.includes("?")) return "query";
  if (text.includes("#")) return "fragment";
  if (url.pathname !== "/") return "path";
  return undefined;
}
