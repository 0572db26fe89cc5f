import { reuse } from "../policy/reuse.ts";
import { areSameBytes } from "../policy/validation.ts";
import { supersedes } from "../policy/partial.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { isValid } from "../storage/validity.ts";
import { combineParts } from "./combine-parts.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Flight } from "./flight.ts";

/** Stores what a flight brings when its last byte has come, and not before; nothing that was invalidated meanwhile. */
export async function storeReceived(flight: Flight, stored: StoredResponse, ports: FetchPorts): Promise<void> {
  if (await stored.body.done !== "retained") return;
  const isCurrent = !flight.isOvertaken && isValid(stored, ports.purges);
  if (!isCurrent || !put(stored, ports)) stored.body.release();
}

function put(received: StoredResponse, ports: FetchPorts): boolean {
  const { store, bodies, aliases } = ports;
  const held = (store.get(received.key) ?? []).filter((other) => isValid(other, ports.purges));
  if (held.some((other) => isNewer(other, received) || isWholeOf(other, received, ports))) return false;
  const stored = received.part === undefined ? received : combineParts(received, held, bodies);
  if (!store.put(stored)) {
    if (stored !== received) stored.body.release();
    return false;
  }
  aliases.learn(stored);
  return true;
}

/** Whether a response that came later would have to give way: the most recent one is used (RFC 9111 §4). */
function isNewer(held: StoredResponse, received: StoredResponse): boolean {
  return held.receivedAt > received.receivedAt && supersedes(received, held);
}

/** Whether the whole of which a part has come is held, and answers whatever the part would, if need be confirmed. */
function isWholeOf(held: StoredResponse, received: StoredResponse, { clock }: FetchPorts): boolean {
  const isPart = received.part !== undefined && held.part === undefined && supersedes(received, held);
  return isPart && areSameBytes(held, received) && reuse(held, clock.monotonic()) !== "expired";
}
