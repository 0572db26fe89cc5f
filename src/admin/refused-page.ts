import { problem } from "./problem.ts";

/** The answer to what a page in a browser sends: such a page has no business with purges and figures. */
export function refusedPage(): Response {
  return problem(403, "requests with an Origin field, as pages in browsers send them, are not accepted");
}
