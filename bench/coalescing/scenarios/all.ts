import type { Scenario } from "../scenario.ts";
import { cut, resumed } from "./cut.ts";
import { refused, unavailable } from "./failing.ts";
import { large } from "./large.ts";
import { personal } from "./personal.ts";
import { same } from "./same.ts";
import { streamed } from "./streamed.ts";
import { unvaried } from "./unvaried.ts";
import { variants } from "./variants.ts";

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  same,
  variants,
  unvaried,
  personal,
  unavailable,
  refused,
  streamed,
  cut,
  resumed,
  large,
];
