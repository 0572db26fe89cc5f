import { ResponseSet } from "./response-set.ts";
import type { StoredResponse } from "./response-store.ts";
import { Shards } from "./shards.ts";

const NONE: readonly StoredResponse[] = [];

/** Which stored responses have which tag. It only serves to find what a purge covers: that it does is told by epochs. */
export class TagIndex {
  readonly #responses = new Shards(() => new Map<string, ResponseSet>());

  of(tag: string): Iterable<StoredResponse> {
    return this.#responses.of(tag).get(tag) ?? NONE;
  }

  add(stored: StoredResponse): void {
    for (const tag of stored.tags) {
      const responses = this.#responses.of(tag);
      let tagged = responses.get(tag);
      if (tagged === undefined) responses.set(tag, tagged = new ResponseSet());
      tagged.add(stored);
    }
  }

  remove(stored: StoredResponse): void {
    for (const tag of stored.tags) {
      const responses = this.#responses.of(tag);
      const tagged = responses.get(tag);
      tagged?.delete(stored);
      if (tagged?.size === 0) responses.delete(tag);
    }
  }
}
