import { CACHE_STATUS } from "./stories/cache-status.ts";
import { EARLY_HINTS } from "./stories/early-hints.ts";
import { GROUPS } from "./stories/groups.ts";
import { HEAD } from "./stories/head.ts";
import { LOOP } from "./stories/loop.ts";
import { NO_VARY_SEARCH } from "./stories/no-vary-search.ts";
import { QUERY } from "./stories/query.ts";
import { RANGES } from "./stories/ranges.ts";
import { REQUEST_DIRECTIVES } from "./stories/request-directives.ts";
import { STALE } from "./stories/stale.ts";
import { TARGETED } from "./stories/targeted.ts";
import type { Story } from "./story.ts";

/** The stories in the order of the page. */
export const STORIES: readonly Story[] = [
  CACHE_STATUS,
  QUERY,
  NO_VARY_SEARCH,
  TARGETED,
  RANGES,
  GROUPS,
  REQUEST_DIRECTIVES,
  STALE,
  HEAD,
  EARLY_HINTS,
  LOOP,
];
