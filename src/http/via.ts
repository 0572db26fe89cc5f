/**
 * `Via`, by which a request that comes round again is recognised (RFC 9110 §7.6.3). Several caches of this name may
 * stand in a row, so each instance adds a token of its own to the requests it forwards, as a comment.
 */
import { listMembers } from "./field-list.ts";

const PSEUDONYM = "lacquer";

/** What is added to `Via` of a response. */
export const VIA = `1.1 ${PSEUDONYM}`;

/** Comments may be taken away on the way round; then only the number of members is left to tell a loop by. */
const MAX_PASSAGES = 16;

const OWN_MEMBER = new RegExp(`^[^ \\t]+[ \\t]+${PSEUDONYM}(?:[ \\t]+\\(([^()]*)\\))?$`, "i");

/** What an instance adds to `Via` of a request. */
export function requestVia(instance: string): string {
  return `${VIA} (${instance})`;
}

/** Whether a request with this `Via` has been through `instance` before, or through too many of its name. */
export function viaLoops(via: string | null, instance: string): boolean {
  if (via === null) return false;
  let passages = 0;
  for (const member of listMembers(via)) {
    const found = OWN_MEMBER.exec(member);
    if (found === null) continue;
    if (found[1] === instance || ++passages > MAX_PASSAGES) return true;
  }
  return false;
}
