/** What came of the credentials of a request. */
export type TokenVerdict = "right" | "wrong" | "missing";

/** Judges a value of `Authorization` by one token (RFC 6750 §2.1). How long it takes tells nothing about the token. */
export function bearerToken(token: string): (authorization: string | undefined) => TokenVerdict {
  return (authorization) => {
    if (authorization === undefined) return "missing";
    const given = /^bearer +([!-~]+)$/i.exec(authorization)?.[1];
    return given !== undefined && isSame(given, token) ? "right" : "wrong";
  };
}

/** Always looks at all that is given: the time depends on the length of that alone. */
function isSame(given: string, token: string): boolean {
  let difference = given.length ^ token.length;
  for (let at = 0; at < given.length; at++) difference |= given.charCodeAt(at) ^ token.charCodeAt(at % token.length);
  return difference === 0;
}
