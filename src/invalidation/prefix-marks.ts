import type { Mark } from "./epochs.ts";
import { LatestMarks } from "./latest-marks.ts";

/** The latest mark of each prefix. What begins with one is found by the few lengths that prefixes have. */
export class PrefixMarks extends LatestMarks {
  /** Number of prefixes of each length. */
  readonly #lengths = new Map<number, number>();

  /** The latest mark of any prefix of a text. */
  override get(text: string): Mark | undefined {
    let latest: Mark | undefined;
    for (const length of this.#lengths.keys()) {
      const mark = length <= text.length ? super.get(text.slice(0, length)) : undefined;
      if (mark !== undefined && mark.sequence > (latest?.sequence ?? 0)) latest = mark;
    }
    return latest;
  }

  override set(prefix: string, mark: Mark): void {
    if (super.get(prefix) === undefined) this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1);
    super.set(prefix, mark);
  }

  protected override forget(prefix: string): void {
    const count = this.#lengths.get(prefix.length) ?? 0;
    if (count > 1) this.#lengths.set(prefix.length, count - 1);
    else this.#lengths.delete(prefix.length);
    super.forget(prefix);
  }
}
