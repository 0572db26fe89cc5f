/** The token of the admin API, and whether it was made up. */
export interface AdminToken {
  readonly token: string;
  /** Nobody knows it unless it is told. */
  readonly isGenerated: boolean;
}

/** What a message says is accepted where a token is meant. */
export const TOKEN_FORM = "characters of ASCII without spaces, the more the better";

/** Whether a text can stand behind `Bearer` (RFC 6750 §2.1 asks for less than what clients send). */
export function isToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** The first token that is given and not empty, else 32 random bytes in base64url. */
export function adminToken(...given: readonly (string | undefined)[]): AdminToken {
  const token = given.find((text) => text !== undefined && text !== "");
  return token === undefined ? { token: randomToken(), isGenerated: true } : { token, isGenerated: false };
}

function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
