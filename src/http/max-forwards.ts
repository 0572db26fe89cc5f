/** More than anybody needs; a larger number counts as this one (RFC 9110 §7.6.2). */
const MOST_FORWARDS = 999_999;

/** How often a request may still be forwarded (RFC 9110 §7.6.2); `undefined` when nothing valid is said. */
export function parseMaxForwards(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Math.min(Number(value), MOST_FORWARDS) : undefined;
}

/** The value to forward; `undefined` when there is none. What may go no further is not for forwarding, and stays 0. */
export function decrementMaxForwards(value: string): string | undefined {
  const hops = parseMaxForwards(value);
  return hops === undefined ? undefined : String(Math.max(0, hops - 1));
}
