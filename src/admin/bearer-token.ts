/** What came of the credentials of a request. */
export type TokenVerdict = "right" | "wrong" | "missing";

const textEncoder = new TextEncoder();

/**
 * Judges a value of `Authorization` by one token (RFC 6750 §2.1). How long it takes tells nothing about the token:
 * digests of equal length are compared, always to their end.
 */
export function bearerToken(token: string): (authorization: string | undefined) => Promise<TokenVerdict> {
  const expected = digest(token);
  return async (authorization) => {
    if (authorization === undefined) return "missing";
    const given = /^bearer +([!-~]+)$/i.exec(authorization)?.[1];
    if (given === undefined) return "wrong";
    return areEqual(await digest(given), await expected) ? "right" : "wrong";
  };
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", textEncoder.encode(text)));
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < one.length; index++) difference |= one[index]! ^ other[index]!;
  return difference === 0;
}
