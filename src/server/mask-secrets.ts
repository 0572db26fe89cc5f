/** Endings of parameter names whose values are nobody's business, brackets of list syntax aside. */
const SECRET_NAME =
  /(?:token|key|pass|password|passwd|passphrase|secret|sig|signature|auth|authorization|credentials?|jwt|session|session_?id|sid|otp|pin)$|^(?:code|pwd)$/i;

/** What stands where a secret was. */
export const MASK = "***";

/**
 * `text` with the secrets of the URLs in it replaced by `***`: user name and password, and the values of query
 * parameters such as `token`, `api_key`, `password` or `X-Amz-Signature`. Names are looked at decoded.
 */
export function maskSecrets(text: string): string {
  let masked = text;
  if (masked.includes("@")) masked = masked.replace(/:\/\/[^/?#\s"]*@/g, `://${MASK}@`);
  if (masked.includes("=")) {
    masked = masked.replace(
      /([?&;])([^=?&;#\s"]+)=[^&;#\s"]+/g,
      (parameter, separator: string, name: string) => isSecret(name) ? `${separator}${name}=${MASK}` : parameter,
    );
  }
  return masked;
}

function isSecret(name: string): boolean {
  return SECRET_NAME.test(decoded(name).replace(/(?:\[[^\]]*\])+$/, ""));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not UTF-8 in percent form: the name as it stands is all there is to look at.
    return name;
  }
}
