/** Generators of what is compared. */
import fc from "fast-check";
import {
  type Exchange,
  RECEIVED,
  type SpeltControl,
  type SpeltDirective,
  type SpeltRequest,
  type SpeltResponse,
} from "./exchange.ts";
import {
  AGES,
  bare,
  DATES,
  ENCODINGS,
  EXPIRES,
  FLAVOURS,
  FORBIDDING,
  FORBIDDING_WISHES,
  HARMLESS,
  LANGUAGES,
  LIFETIMES,
  METHODS,
  MODIFIED,
  ODD_VARIES,
  SEPARATORS,
  STATUSES,
  STORED_STATUSES,
  TAGS,
  TARGETED,
  UNKNOWN,
  VARIES,
  WISHES,
} from "./pools.ts";

/** Which exchanges are generated. */
export type Mix =
  /** All statuses, methods, and directives and fields that forbid storing. */
  | "any"
  /** What is mostly stored, and a second request that mostly selects it. */
  | "stored"
  /** What is stored and confirmed, with no more directives than decide its freshness. */
  | "confirmed";

/** Nothing, but for once in a number of times a member of a pool. */
function rarely<Value>(oneIn: number, pool: readonly Value[]): fc.Arbitrary<Value | undefined> {
  // The first choices, which are those that a failure is reduced to, are nothing.
  return fc.nat(pool.length * oneIn - 1).map((index) => pool[index - pool.length * (oneIn - 1)]);
}

function control(pool: readonly SpeltDirective[]): fc.Arbitrary<SpeltControl> {
  return fc.array(fc.constantFrom(...pool), { minLength: 0, maxLength: 5 })
    .map((directives) => directives.length === 0 ? undefined : directives);
}

const CONFIRMABLE = [...LIFETIMES, ...bare("no-cache"), ...UNKNOWN];
const CONTROLS = { any: [...HARMLESS, ...FORBIDDING], stored: HARMLESS, confirmed: CONFIRMABLE };
const MIXED_STATUSES = { any: STATUSES, stored: STORED_STATUSES, confirmed: [200] };
const MIXED_VARIES = { any: [...VARIES, ...VARIES, ...ODD_VARIES], stored: VARIES, confirmed: VARIES };
const RECENTLY_MODIFIED = MODIFIED.filter(({ meaning = RECEIVED }) => meaning > RECEIVED - 500_000_000);

const never = fc.constant(undefined);
const onceIn = (count: number) => fc.nat(count - 1).map((dice) => dice === count - 1);

function responses(mix: Mix): fc.Arbitrary<SpeltResponse> {
  const isConfirmed = mix === "confirmed";
  const target = rarely(24, [true]).chain((has) => has ? control(TARGETED) : never);
  return fc.record({
    status: fc.constantFrom(...MIXED_STATUSES[mix]),
    control: control(CONTROLS[mix]),
    target: isConfirmed ? never : target,
    date: rarely(2, DATES),
    expires: rarely(3, EXPIRES),
    lastModified: rarely(2, isConfirmed ? RECENTLY_MODIFIED : MODIFIED),
    age: rarely(4, AGES),
    entityTag: rarely(2, TAGS),
    vary: rarely(4, MIXED_VARIES[mix]),
    pragma: isConfirmed ? never : rarely(16, ["no-cache", "no-cache, foo", "xno-cache"]),
    hasCookie: mix === "any" ? onceIn(12) : fc.constant(false),
    others: fc.constant({ "x-stored": "1", "content-encoding": "br" }),
  }, { noNullPrototype: true });
}

function requests(mix: Mix, directives: fc.Arbitrary<SpeltControl>): fc.Arbitrary<SpeltRequest> {
  const personal = mix === "confirmed" ? fc.constant(false) : onceIn(10);
  return fc.record({
    method: mix === "any" ? fc.constantFrom(...METHODS) : fc.constant("GET"),
    control: directives,
    pragma: rarely(12, ["no-cache", "foo, no-cache", "xno-cache", "foo"]),
    isAuthorized: personal,
    hasCookie: personal,
    encoding: rarely(2, ENCODINGS),
    language: rarely(3, LANGUAGES),
    flavour: rarely(3, FLAVOURS),
  }, { noNullPrototype: true });
}

/** A second request that mostly selects what the first one got. */
function withAgain(exchange: Omit<Exchange, "again">, wishes: SpeltRequest, isSame: boolean): Exchange {
  const { encoding, language, flavour } = exchange.request;
  const sameEncoding = ENCODINGS.filter(({ meaning }) => meaning === encoding?.meaning).at(-1);
  const again = isSame ? { ...wishes, encoding: sameEncoding, language, flavour } : wishes;
  return { ...exchange, again };
}

const NOT_MODIFIED: fc.Arbitrary<SpeltResponse> = fc.record({
  status: fc.constant(304),
  control: fc.boolean().chain((has) => has ? control(CONFIRMABLE) : never),
  target: never,
  date: rarely(2, DATES),
  expires: rarely(6, EXPIRES),
  lastModified: rarely(2, RECENTLY_MODIFIED),
  age: rarely(6, AGES),
  entityTag: rarely(2, TAGS),
  vary: never,
  pragma: never,
  hasCookie: fc.constant(false),
  others: fc.constantFrom<Record<string, string>>(
    {},
    { "x-stored": "2" },
    { "x-new": "1", "x-stored": "3" },
    { "content-encoding": "gzip", "content-length": "5" },
  ),
}, { noNullPrototype: true });

const ELAPSED = [
  ...[5, 10, 60, 100, 3600, 5, 10, 60, 100, 3600, 5, 10, 60, 100, 3600],
  ...[0, 0, 1, 4, 5, 6, 9, 10, 11, 15, 59, 60, 61, 70, 99, 100, 101, 160, 3599, 3600, 3700, 86_400],
];

/** Exchanges of one mix. */
export function exchanges(mix: Mix): fc.Arbitrary<Exchange> {
  const forbidden = onceIn(4).chain((has) => has ? control(FORBIDDING_WISHES) : never);
  const exchange = fc.record({
    separator: fc.constantFrom(...SEPARATORS),
    request: requests(mix, mix === "any" ? forbidden : never),
    response: responses(mix),
    delay: fc.constantFrom(0, 0, 0, 1, 5),
    isExactPart: fc.boolean(),
    elapsed: fc.constantFrom(...ELAPSED),
    notModified: NOT_MODIFIED,
  }, { noNullPrototype: true });
  const again = requests("confirmed", onceIn(3).chain((has) => has ? never : control(WISHES)));
  const both = fc.tuple(exchange, again, onceIn(8));
  return fc.noBias(both.map(([first, second, differs]) => withAgain(first, second, !differs)));
}
