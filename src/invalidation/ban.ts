import type { MonotonicMs, Seconds } from "../time/clock.ts";

/** A predicate over stored responses: it holds where all its conditions do. Nothing of a request can stand in it. */
export interface BanSpec {
  readonly where: readonly BanCondition[];
}

/** How a text is compared. Exactly one of these is given. */
export type TextTest =
  | { readonly equals: string }
  | { readonly prefix: string }
  /** `*` stands for any number of characters, `?` for one. */
  | { readonly glob: string }
  /** RE2 syntax, found anywhere in the text: runs in time linear in its length. */
  | { readonly regex: string };

/** One condition of a ban. */
export type BanCondition =
  /** Host, with port where the URL has one. */
  | ({ readonly field: "host" } & TextTest)
  /** Path and query. */
  | ({ readonly field: "path" } & TextTest)
  /** Any of the tags. */
  | ({ readonly field: "tag" } & TextTest)
  /** A stored response field, repeated lines combined; one that is absent matches nothing. */
  | ({ readonly field: "header"; readonly name: string } & TextTest)
  | { readonly field: "status"; readonly equals: number }
  /** Older than this at the time of the ban. */
  | { readonly field: "age"; readonly over: Seconds };

/** What a ban looks at in a stored response. */
export interface BanSubject {
  /** Normalised absolute URI. */
  readonly uri: string;
  readonly status: number;
  readonly tags: readonly string[];
  /** Combined value of a stored field by lower-case name; `undefined` when it is absent. */
  field(name: string): string | undefined;
  /** Its age at a moment of the clock that only runs forward. */
  ageAt(moment: MonotonicMs): Seconds;
}

/** A ban ready to be compared. */
export interface Ban {
  /** The same for bans that say the same. */
  readonly text: string;
  /** In canonical form: the same for bans that say the same. */
  readonly spec: BanSpec;
  /** Whether all its conditions hold for what is stored, when the ban was asked for at the moment `at`. */
  matches(subject: BanSubject, at: MonotonicMs): boolean;
}
