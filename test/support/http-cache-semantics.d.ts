/** What the tests use of npm `http-cache-semantics`, which brings no types of its own. */
declare module "http-cache-semantics" {
  type FieldRecord = Record<string, string>;
  interface OracleRequest {
    readonly method?: string;
    readonly headers: FieldRecord;
  }
  interface OracleResponse {
    readonly status: number;
    readonly headers: FieldRecord;
  }
  interface Revalidation {
    readonly synchronous: boolean;
  }

  export default class CachePolicy {
    constructor(request: OracleRequest, response: OracleResponse, options?: { shared?: boolean });
    now(): number;
    storable(): boolean;
    age(): number;
    maxAge(): number;
    timeToLive(): number;
    satisfiesWithoutRevalidation(request: OracleRequest): boolean;
    evaluateRequest(request: OracleRequest): { response: OracleResponse | undefined; revalidation?: Revalidation };
    revalidationHeaders(request: OracleRequest): FieldRecord;
    revalidatedPolicy(
      request: OracleRequest,
      response: OracleResponse,
    ): { policy: CachePolicy; modified: boolean; matches: boolean };
    responseHeaders(): FieldRecord;
  }
}
