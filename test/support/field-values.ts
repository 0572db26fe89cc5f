/** Values that fields of valid messages have, one or more for every parser: what mutations start from. */
const SAMPLES = [
  ...[
    "max-age=60, public",
    'private="set-cookie, x-a", s-maxage=10',
    "no-cache, no-store, must-revalidate",
    "no-cache",
  ],
  ...["max-stale, min-fresh=5", 'stale-while-revalidate="60", ext="a\\"b, c"', "Thu, 01 Jan 2026 00:00:00 GMT"],
  ...["Thursday, 01-Jan-26 00:00:00 GMT", "Thu Jan  1 00:00:00 2026", "60", "bytes=0-9, 20-29, -5", "bytes=100-"],
  ...["bytes 0-9/100", "bytes 5-9/*", '"abc"', 'W/"abc", "d,e", *', "accept-encoding, X-Flavour", "*"],
  ...["text/html;level=1;q=0.4, */*;q=0.1", 'a/b;x="c;d,e";q=1.000', "gzip;q=1.0, br, identity;q=0, *;q=0.5"],
  ...[
    "de-AT, en;q=0.7, *;q=0.1",
    'for="[2001:db8::1]:80";proto=https;by=_a, for=192.0.2.1',
    "1.1 lacquer (1a2b), 1.0 a",
  ],
  ...['"group a", "b"', 'params=("a" "b"), key-order, except=("c")', "key-order=?0, params", "?1", "text/event-stream"],
  ...['a=1, b;x=2;y="z", c=(1 2.5 tok:/en :YWJj: ?0 @1700000000 %"f%c3%bc");q=0.5', "max-age=60+30;lacquer, no-store"],
  ...["keep-alive, x-hop, close", "?a=1&b=%20+&a=&=c&%zz", "a=b&c", "10", ""],
];

const PIECES = [
  ...[
    ",",
    ", ",
    ";",
    "=",
    '"',
    "\\",
    '\\"',
    " ",
    "\t",
    "(",
    ")",
    "?",
    "?1",
    ":",
    "@",
    "%",
    '%"',
    "%c3",
    "&",
    "+",
    "*",
    "/",
  ],
  ...[
    "-",
    "--",
    ".",
    "W/",
    "q=",
    ";q=0.5",
    "bytes=",
    "max-age=",
    "lacquer",
    "1.1 lacquer (",
    "99999999999999999999",
    "0",
  ],
  ...[
    "-0",
    "1.",
    "é",
    "\xff",
    "\x80",
    "\x7f",
    "a",
    "A",
    "b=",
    "()",
    "((",
    "GMT",
    "[",
    "]",
    "_",
    "\u0100",
    "\ud800",
    "\0",
  ],
];

/** Field values without end, the same for the same seed: samples, mutated samples, and made up, short and long. */
export class FieldValues {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Mostly short; one in a thousand is up to 64 KiB long. */
  next(): string {
    const dice = this.#below(1000);
    if (dice === 0) return this.nextDoubling(2 + this.#below(64 * 1024 - 2)).whole;
    if (dice < 300) return this.#madeUp(1 + this.#below(12));
    if (dice < 400) return this.#random(1 + this.#below(60));
    let value = this.#of(SAMPLES);
    for (let mutations = this.#below(5); mutations > 0; mutations--) value = this.#mutated(value);
    return value;
  }

  /**
   * A value of up to `length` that repeats one stretch over and over, and values half as long with the same beginning
   * and end: two, for an odd number of stretches may leave a quoted string open that an even number does not.
   */
  nextDoubling(length: number): { readonly halves: readonly string[]; readonly whole: string } {
    const stretch = (this.#below(2) === 0 ? this.#madeUp(1 + this.#below(4)) : this.#mutated(this.#of(SAMPLES))) || ",";
    const start = this.#below(2) === 0 ? "" : this.#mutated(this.#of(SAMPLES));
    const end = this.#below(2) === 0 ? "" : this.#of(PIECES);
    const repeats = Math.max(1, Math.floor((length - start.length - end.length) / stretch.length / 2));
    const filled = (count: number) => start + stretch.repeat(count) + end;
    return { halves: [filled(repeats), filled(repeats + 1)], whole: filled(2 * repeats) };
  }

  #mutated(value: string): string {
    const from = this.#below(value.length + 1);
    const to = from + this.#below(6);
    const inserts = [() => this.#of(PIECES), () => "", () => value.slice(from, to).repeat(2), () => this.#of(SAMPLES)];
    const insert = inserts[this.#below(inserts.length)]!();
    return value.slice(0, from) + insert + value.slice(this.#below(2) === 0 ? from : to);
  }

  #madeUp(pieces: number): string {
    let value = "";
    for (let i = 0; i < pieces; i++) value += this.#of(PIECES);
    return value;
  }

  #random(length: number): string {
    let value = "";
    for (let i = 0; i < length; i++) value += String.fromCharCode(this.#below(256));
    return value;
  }

  #of(choices: readonly string[]): string {
    return choices[this.#below(choices.length)]!;
  }

  /** A whole number from 0 up to, not including, `limit` (mulberry32). */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * limit);
  }
}
