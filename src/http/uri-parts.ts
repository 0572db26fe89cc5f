// Parts of absolute URIs in canonical form, without a `URL` object: they are asked for with every request. Where a path
// is missing, the authority goes to the end.

/** Scheme, host and port (RFC 9110 §4.3.1). */
export function originOf(uri: string): string {
  return uri.slice(0, targetStart(uri));
}

/** Host and port. */
export function authorityOf(uri: string): string {
  return uri.slice(authorityStart(uri), targetStart(uri));
}

/** Path and query. */
export function targetOf(uri: string): string {
  return uri.slice(targetStart(uri));
}

function authorityStart(uri: string): number {
  return uri.indexOf("//") + 2;
}

function targetStart(uri: string): number {
  const start = uri.indexOf("/", authorityStart(uri));
  return start === -1 ? uri.length : start;
}
