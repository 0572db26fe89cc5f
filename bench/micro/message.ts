import type { Timing } from "./sampling.ts";

/** What a measuring process says, one line each. */
export type Message =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "time"; readonly name: string; readonly timing: Timing }
  | { readonly kind: "allocation"; readonly name: string; readonly bytes: number }
  /** Not measured: the source tree lacks something, or the benchmark does not hold for it. */
  | { readonly kind: "skipped"; readonly name: string; readonly reason: string }
  | { readonly kind: "done" };

/** What a measuring process is told, as its one argument. */
export interface Assignment {
  readonly runtime: "bun" | "deno" | "node";
  /** The `src` folder that is measured. */
  readonly source: string;
  readonly names: readonly string[];
  readonly what: "time" | "allocation";
  readonly warmUpMs: number;
  readonly measureMs: number;
}
