/** What generated exchanges are made of, put together once: a case has to cost microseconds. */
import { formatHttpDate } from "../../../src/http/http-date.ts";
import { RECEIVED, type Spelt, type SpeltDirective } from "./exchange.ts";

const SECONDS = ["0", "1", "5", "10", "60", "100", "3600"];
const HUGE = ["2147483648", "2147483649", "99999999999999999999"];
const BROKEN = ["", "-1", "1.5", "soon", "60s", "1e3", "0x10", "+5", "1 0", "10;", "=5"];

/** One name with arguments, each as it should be written, and in all ways it may be found. */
function numeric(name: string): SpeltDirective[] {
  const plain = [...SECONDS, ...SECONDS, ...SECONDS, ...HUGE].map((argument) => ({ spelling: name, name, argument }));
  const odd = SECONDS.flatMap((argument): SpeltDirective[] => [
    { spelling: name.toUpperCase(), name, argument },
    { spelling: name, name, argument, isQuoted: true },
    { spelling: name, name, argument, equals: " = " },
    { spelling: name, name, argument, equals: "=\t" },
    { spelling: name, name, argument: `0${argument}` },
  ]);
  return [...plain, ...odd, ...BROKEN.map((argument) => ({ spelling: name, name, argument })), {
    spelling: name,
    name,
  }];
}

export function bare(name: string): SpeltDirective[] {
  const plain = { spelling: name, name };
  const capital = { spelling: name.replace(/^./, (first) => first.toUpperCase()), name };
  return [...Array<SpeltDirective>(24).fill(plain), capital, { ...plain, argument: "1" }];
}

function qualified(name: string): SpeltDirective[] {
  return ["x-flavour", "X-Flavour, x-other", " x-a ,x-b"].map((argument) => ({
    spelling: name,
    name,
    argument,
    isQuoted: true,
  }));
}

export const UNKNOWN: SpeltDirective[] = [
  ...["foo", "pre-check", "no-store-", "xno-cache", "no cache"].map((name) => ({ spelling: name, name })),
  ...["60", "0", "no-store"].map((argument) => ({ spelling: "post-check", name: "post-check", argument })),
  { spelling: "community", name: "community", argument: "UCI", isQuoted: true },
  { spelling: "ext", name: "ext", argument: "a, no-store", isQuoted: true },
  { spelling: "ext", name: "ext", argument: "a,max-age=5,private,no-cache", isQuoted: true },
];

export const LIFETIMES = [...numeric("max-age"), ...numeric("max-age"), ...numeric("s-maxage")];
const WINDOWS = ["stale-while-revalidate", "stale-while-revalidate", "stale-if-error"].flatMap(numeric);
const PERMISSIONS = [...bare("public"), ...bare("immutable"), ...bare("must-understand")];
const REVALIDATIONS = [...bare("must-revalidate"), ...bare("proxy-revalidate"), ...bare("no-cache")];
const QUALIFIED = [...qualified("private"), ...qualified("no-cache")];
export const HARMLESS = [
  ...LIFETIMES,
  ...WINDOWS,
  ...PERMISSIONS,
  ...REVALIDATIONS,
  ...QUALIFIED,
  ...UNKNOWN,
  ...UNKNOWN,
];
export const FORBIDDING = [...bare("no-store"), ...bare("private"), ...bare("must-understand")];
export const WISHES = [
  ...[...numeric("max-age"), ...numeric("min-fresh"), ...numeric("max-stale"), ...numeric("max-stale")],
  ...[...numeric("stale-if-error"), ...bare("no-cache"), ...bare("only-if-cached"), ...UNKNOWN],
  // What matters at one moment only has to come often.
  ...Array<SpeltDirective>(30).fill({ spelling: "min-fresh", name: "min-fresh", argument: "0" }),
];
export const FORBIDDING_WISHES = [...WISHES, ...bare("no-store"), ...bare("no-store")];

/** What may stand in a targeted field; what is no structured field there is tested elsewhere. */
export const TARGETED: SpeltDirective[] = [
  ...["0", "10", "60"].map((argument) => ({ spelling: "max-age", name: "max-age", argument })),
  ...["no-store", "private", "must-revalidate", "no-cache"].map((name) => ({ spelling: name, name })),
];

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A date in the format to send, in the two obsolete ones, and in spellings that are no HTTP date. */
function spellings(seconds: number): Spelt<number>[] {
  const time = RECEIVED + seconds * 1000;
  const text = formatHttpDate(time);
  const [, day, month, year, clock] = text.split(" ");
  const dayName = DAYS[new Date(time).getUTCDay()];
  const valid = [text, text, text, text, text, text, text.toLowerCase().replace("gmt", "GMT")];
  const rfc850 = `${dayName}, ${day}-${month}-${year?.slice(2)} ${clock} GMT`;
  const asctime = `${dayName?.slice(0, 3)} ${month} ${day?.replace(/^0/, " ")} ${clock} ${year}`;
  const broken = [text.replace("GMT", "+0100"), text.replace("GMT", "UTC"), new Date(time).toISOString(), `${text} x`];
  return [
    ...[...valid, rfc850, asctime].map((text) => ({ text, meaning: time })),
    ...broken.map((text) => ({ text, meaning: undefined })),
  ];
}

const NO_DATES = ["0", "-1", "", "never", "1", "2030", "Thu, 32 Jan 2026 00:00:00 GMT", "Mon, 01 Jun 2026 25:00:00 GMT"]
  .map((text): Spelt<number> => ({ text, meaning: undefined }));
/** Offsets whose distances divided by ten are the same however they are computed. */
const around = (offsets: readonly number[]) => [...offsets.flatMap(spellings), ...NO_DATES];
export const DATES = around([0, 0, 0, -1, -5, -60, -100, -3600, -86_400, 5, 60]);
export const EXPIRES = around([0, 1, 5, 10, 60, 100, 3600, 86_400, -1, -60, 40_000_000]);
export const MODIFIED = around([-10, -100, -1000, -36_000, -864_000, -8_640_000, 0, 60]);
export const AGES: Spelt<number>[] = [
  ...[...SECONDS, ...SECONDS, ...HUGE, "007"].map((text) => ({ text, meaning: Math.min(Number(text), 2 ** 31) })),
  ...["60, 5", "60;foo=1"].map((text) => ({ text, meaning: 60 })),
  ...["", "-1", "5.5", "soon", "60s", "1e3"].map((text) => ({ text, meaning: undefined })),
];
export const TAGS: Spelt<string>[] = [
  ...['"a"', '"b"', '""', 'W/"a"', 'W/"b"', '"a"', '"a"'].map((text) => ({ text, meaning: text })),
  ...["a", '"a', 'w/"a"', "'a'"].map((text) => ({ text, meaning: undefined })),
];

export const STATUSES = [
  ...[200, 200, 200, 200, 203, 204, 206, 206, 300, 301, 308, 404, 404, 405, 410, 414, 501],
  ...[201, 202, 205, 302, 303, 304, 305, 307, 400, 401, 403, 409, 412, 413, 416, 421, 422, 426, 429],
  ...[500, 502, 503, 504, 505, 299, 399, 418, 451, 599, 600, 700],
];
export const STORED_STATUSES = [
  ...Array<number>(12).fill(200),
  203,
  204,
  301,
  302,
  307,
  308,
  404,
  410,
  405,
  501,
  500,
  503,
];
export const METHODS = [...Array<string>(30).fill("GET"), "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
export const VARIES = [
  "accept-encoding",
  "Accept-Encoding, x-flavour",
  "X-FLAVOUR",
  "accept-language ,accept-encoding",
];
export const ODD_VARIES = ["*", "x-flavour, *", "not a name", "x-flavour, (a)"];

export const ENCODINGS: Spelt<string>[] = [
  ...["gzip, br", "br,gzip", "GZIP;q=1, br"].map((text) => ({ text, meaning: "br, gzip" })),
  ...["gzip", "x-gzip", "gzip ;q=1.0"].map((text) => ({ text, meaning: "gzip" })),
];
export const LANGUAGES: Spelt<string>[] = [
  ...["de, en;q=0.5", "DE,en; q=0.50"].map((text) => ({ text, meaning: "de, en;q=0.5" })),
  { text: "en", meaning: "en" },
];
export const FLAVOURS = ["sweet", "sweet", "sour"];
export const SEPARATORS = [", ", ",", " , ", ",\t", ", ,", ",,"];
