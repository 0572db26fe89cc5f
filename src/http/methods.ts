/** Methods that promise not to change anything (RFC 9110 §9.2.1, RFC 10008 §2, RFC 4918, RFC 3253). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"]);

/** Whether a method is safe, and so idempotent too (RFC 9110 §9.2.2). */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}
