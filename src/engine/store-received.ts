import { isPartOf } from "../policy/partial.ts";
import { reuse } from "../policy/reuse.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { combineParts } from "./combine-parts.ts";
import type { FetchPorts } from "./fetch-response.ts";
import type { Flight, Representation } from "./flight.ts";

/** Stores what a flight brings when its last byte has come, and not before; nothing that was invalidated meanwhile. */
export async function storeReceived(flight: Flight, head: Representation, ports: FetchPorts): Promise<void> {
  const { stored, notKept } = head;
  if (await stored.body.done !== "retained") return;
  const isWanted = notKept === undefined && !flight.doomed && ports.epochs.isAlive(stored.groups, stored.began);
  if (!isWanted || !put(stored, ports)) stored.body.release();
}

function put(received: StoredResponse, ports: FetchPorts): boolean {
  const { store, bodies, aliases } = ports;
  const held = store.get(received.key) ?? [];
  if (held.some((other) => makesNeedless(other, received, ports))) return false;
  const stored = received.part === undefined ? received : combineParts(received, held, bodies);
  if (!store.put(stored)) {
    if (stored !== received) stored.body.release();
    return false;
  }
  aliases.learn(stored);
  return true;
}

/** Whether the whole of which a part was received has come meanwhile, and answers whatever the part would. */
function makesNeedless(held: StoredResponse, received: StoredResponse, { epochs, clock }: FetchPorts): boolean {
  return isPartOf(received, held) && epochs.isAlive(held.groups, held.began) &&
    reuse(held, clock.monotonic()) === "fresh";
}
