/** Longer texts are worked out anew each time: nobody who means well repeats them. */
const MAX_KNOWN_LENGTH = 512;

/**
 * `compute` with its results remembered, for what is asked again with every request: few distinct texts make up nearly
 * all traffic. The memory starts over once `maxKnown` are in it, so a flood of made-up texts cannot grow it.
 * `undefined`, the result for what cannot be read, is not remembered.
 */
export function remembered<Result>(maxKnown: number, compute: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    const result = compute(text);
    if (result === undefined || text.length > MAX_KNOWN_LENGTH) return result;
    if (known.size >= maxKnown) known.clear();
    known.set(text, result);
    return result;
  };
}
