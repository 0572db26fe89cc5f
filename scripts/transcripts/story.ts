/** One feature, shown by a few requests that are made with curl. */
export interface Story {
  readonly title: string;
  /** What the feature is, in one paragraph of Markdown. */
  readonly about: string;
  /** What the origin answers. Without it, the proxy is its own origin. */
  readonly answer?: OriginAnswer;
  readonly steps: readonly Step[];
  /** Whether it needs a listener that can send interim responses, which only that of Node can. */
  readonly informs?: boolean;
}

/** One request, and what to see in its answer. */
export interface Step {
  /** What to see, in one or two sentences of Markdown. */
  readonly say: string;
  /** Arguments of curl as a reader would type them; the shell quotes are added. */
  readonly curl: readonly string[];
  /** Response fields to show beside `Cache-Status` and `Age`. */
  readonly show?: readonly string[];
  /** Whether the origin is asked after the answer has been sent, so that the next step has to wait for it. */
  readonly refreshes?: boolean;
}

/** A request as the origin gets it. */
export interface OriginRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
  /** Value of a field by its lower-case name. */
  field(name: string): string | undefined;
  /** How many requests the origin has got in this story, this one included. */
  readonly turn: number;
}

/** What the origin sends. */
export interface OriginReply {
  /** 200 by default. */
  readonly status?: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `Link` of a 103 that goes before. */
  readonly hints?: string;
}

/** Answers one request; `"close"` closes the connection without an answer. */
export type OriginAnswer = (request: OriginRequest) => OriginReply | "close";

/** Where the proxy of the page listens. */
export const SITE = "http://localhost:8080";
