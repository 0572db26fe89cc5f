/** Gives `items` one after the other, and begins anew after the last. */
export function ringOf<Item>(items: readonly Item[]): () => Item {
  if (items.length === 0) throw new RangeError("Cannot make a ring: there are no items");
  let index = -1;
  return () => {
    index = index + 1 === items.length ? 0 : index + 1;
    return items[index]!;
  };
}
