import type { RuntimeName } from "../support/lacquer.ts";
import { median } from "../support/median.ts";
import type { Message } from "./message.ts";
import type { Timing } from "./sampling.ts";

/** Which source tree was measured: this one, or that of the commit it is held against. */
export type Side = "ours" | "theirs";

/** Everything that was measured, the middle of all rounds. */
export class Findings {
  readonly #times = new Map<string, Timing[]>();
  readonly #bytes = new Map<string, number>();
  readonly #skipped = new Map<string, string>();
  readonly #versions = new Map<RuntimeName, string>();

  add(side: Side, runtime: RuntimeName, message: Message): void {
    switch (message.kind) {
      case "version":
        this.#versions.set(runtime, message.version);
        break;
      case "time": {
        const place = placeOf(side, runtime, message.name);
        this.#times.set(place, [...(this.#times.get(place) ?? []), message.timing]);
        break;
      }
      case "allocation":
        this.#bytes.set(placeOf(side, runtime, message.name), message.bytes);
        break;
      case "skipped":
        this.#skipped.set(placeOf(side, runtime, message.name), message.reason);
        break;
      case "done":
        break;
    }
  }

  timing(side: Side, runtime: RuntimeName, name: string): Timing | undefined {
    const rounds = this.#times.get(placeOf(side, runtime, name));
    return rounds && {
      medianNs: median(rounds.map(({ medianNs }) => medianNs)),
      p99Ns: median(rounds.map(({ p99Ns }) => p99Ns)),
    };
  }

  /** Bytes that a call of the working tree allocates. */
  bytes(runtime: RuntimeName, name: string): number | undefined {
    return this.#bytes.get(placeOf("ours", runtime, name));
  }

  /** Why a benchmark was not run, if so. */
  skipped(side: Side, runtime: RuntimeName, name: string): string | undefined {
    return this.#skipped.get(placeOf(side, runtime, name));
  }

  version(runtime: RuntimeName): string | undefined {
    return this.#versions.get(runtime);
  }
}

function placeOf(...parts: readonly string[]): string {
  return parts.join("\n");
}
