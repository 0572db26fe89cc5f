import type { Lab } from "./lab.ts";

/** One row of the table. */
export interface Benchmark {
  readonly name: string;
  /** Whether it is told how much a call allocates. True by default. */
  readonly withAllocation?: boolean;
  /**
   * Makes everything ready that is not to be measured, and sees to it that what will be measured does what the name says.
   * `undefined` where this runtime has no such thing.
   *
   * @throws {MissingPart} when the source tree lacks a function that it calls.
   */
  prepare(lab: Lab): Promise<Job | undefined>;
}

/** What is measured. */
export interface Job {
  /** May give a promise, which is awaited then. */
  readonly call: (input: unknown) => unknown;
  /** Makes what one call is given, or a promise of it, outside of what is measured. */
  readonly input?: () => unknown;
}

/** A job whose calls need no input of their own. */
export function job(call: () => unknown): Job {
  return { call };
}

/** A job each of whose calls gets an input made for it alone. */
export function jobWith<Input>(input: () => Input | Promise<Input>, call: (input: Input) => unknown): Job {
  return { input, call: call as (input: unknown) => unknown };
}
