import type { FieldLines } from "../http/field-lines.ts";
import { tagsOf } from "../policy/tags.ts";
import type { CacheRequest } from "./cache-request.ts";
import { type RouteRule, Routes } from "./routes.ts";

/** Tells the tags of responses: those that the origin gives them, and those of their route. */
export class Tagging {
  readonly #fields: readonly string[];
  /** Absent where no route has tags. */
  readonly #routes: Routes | undefined;

  /** @param fields Lower-case names of the fields that hold tags. */
  constructor(fields: readonly string[], routes: readonly RouteRule[]) {
    this.#fields = fields;
    this.#routes = routes.some(({ tags = [] }) => tags.length > 0) ? new Routes(routes) : undefined;
  }

  tagsOf(request: CacheRequest, fields: FieldLines): readonly string[] {
    const own = tagsOf(fields, this.#fields, request.origin);
    const ofRoute = this.#routes?.of(request).tags ?? [];
    return ofRoute.length === 0 ? own : [...new Set([...own, ...ofRoute])];
  }
}
