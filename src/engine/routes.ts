/**
 * Routes: resources of which one tells what the others are like. Those that are declared go by their pattern; all
 * others by host, folder and extension, for a site answers `/items/1` much as it does `/items/2`.
 */
import { remembered } from "../http/remembered.ts";
import type { CacheRequest } from "./cache-request.ts";

/** What is said of a route beforehand. The first rule whose path matches counts. */
export interface RouteRule {
  /** A path, or the beginning of paths followed by `*`. */
  readonly path: string;
  /** Request fields on which its responses depend; requests that agree on them wait for each other. */
  readonly vary?: readonly string[];
  /** Whether its responses are the same for everybody, so that requests wait for each other whoever sends them. */
  readonly public?: boolean;
  /** Tags of all its responses, beside those that they have themselves. */
  readonly tags?: readonly string[];
}

/** A route, with what is declared of it. */
export interface Route {
  readonly name: string;
  readonly vary: readonly string[] | undefined;
  readonly isPublic: boolean;
  readonly tags: readonly string[];
}

const MAX_KNOWN_PATHS = 1024;

/** A part of a path that names one of many: a number, a UUID, a digest. */
const IDENTIFIER = /^(?:\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27})$/i;

/** Longer names of routes are cut: what they begin with is enough to tell them apart. */
const MAX_NAME_LENGTH = 256;

/** Tells the route of a request. */
export class Routes {
  readonly #rules: readonly (Route & { readonly path: string })[];

  constructor(rules: readonly RouteRule[]) {
    this.#rules = rules.map(({ path, vary, public: isPublic = false, tags = [] }) => {
      return { path, name: path, vary: vary?.map((field) => field.toLowerCase()).sort(), isPublic, tags };
    });
  }

  of(request: CacheRequest): Route {
    const { origin } = request;
    const path = pathOf(request.uri, origin);
    const rule = this.#rules.find((candidate) => matches(candidate.path, path));
    return {
      name: origin + (rule?.name ?? inferred(path)),
      vary: rule?.vary,
      isPublic: rule?.isPublic ?? false,
      tags: rule?.tags ?? [],
    };
  }
}

function pathOf(uri: string, origin: string): string {
  const question = uri.indexOf("?");
  return uri.slice(origin.length, question === -1 ? undefined : question);
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** The folder, with `*` for each identifier, and the extension. */
const inferred = remembered(MAX_KNOWN_PATHS, (path: string) => {
  const segments = path.slice(0, MAX_NAME_LENGTH).split("/");
  const last = segments.pop() ?? "";
  const dot = last.lastIndexOf(".");
  const extension = dot > 0 ? last.slice(dot) : "";
  const folder = segments.map((segment) => IDENTIFIER.test(segment) ? "*" : segment);
  return `${folder.join("/")}/*${extension}`;
});
