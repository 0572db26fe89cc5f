import type { BanSubject } from "../../src/invalidation/ban.ts";
import type { MonotonicMs } from "../../src/time/clock.ts";

/** What a ban may look at, each with a value of its own unless the test says otherwise. */
export interface SubjectParts {
  readonly uri?: string;
  readonly status?: number;
  readonly tags?: readonly string[];
  /** By lower-case name. */
  readonly fields?: Readonly<Record<string, string>>;
  /** When it was received, at age 0. */
  readonly receivedAt?: MonotonicMs;
}

/** A stored response as bans see it. */
export function banSubject(parts: SubjectParts = {}): BanSubject {
  const { uri = "https://example.com/a?b=1", status = 200, tags = [], fields = {}, receivedAt = 0 } = parts;
  const values = new Map(Object.entries(fields));
  return { uri, status, tags, field: (name) => values.get(name), ageAt: (moment) => (moment - receivedAt) / 1000 };
}
