/**
 * What one comparison of our rules with the oracle is about: a request, its response, time that passes, a second
 * request and a 304. Every part is held as it is spelt and as what it means, so that what the oracle cannot read may be
 * shown to it in a spelling that it can. The meaning comes from the generator and never from a parser under test.
 */

/** A text and what it stands for; `undefined` where it is malformed and so stands for nothing. */
export interface Spelt<Meaning> {
  readonly text: string;
  readonly meaning: Meaning | undefined;
}

/** One member of a `Cache-Control` field. */
export interface SpeltDirective {
  /** As it is written. */
  readonly spelling: string;
  /** In lower case. */
  readonly name: string;
  /** Without quotes. */
  readonly argument?: string;
  readonly isQuoted?: boolean;
  /** What stands between name and argument. */
  readonly equals?: string;
}

/** A `Cache-Control` field; `undefined` where there is none. */
export type SpeltControl = readonly SpeltDirective[] | undefined;

/** A response, or a 304. */
export interface SpeltResponse {
  readonly status: number;
  readonly control: SpeltControl;
  /** `CDN-Cache-Control`. */
  readonly target: SpeltControl;
  readonly date: Spelt<number> | undefined;
  readonly expires: Spelt<number> | undefined;
  readonly lastModified: Spelt<number> | undefined;
  readonly age: Spelt<number> | undefined;
  readonly entityTag: Spelt<string> | undefined;
  readonly vary: string | undefined;
  readonly pragma: string | undefined;
  readonly hasCookie: boolean;
  /** Further fields. */
  readonly others: Readonly<Record<string, string>>;
}

/** A request. */
export interface SpeltRequest {
  readonly method: string;
  readonly control: SpeltControl;
  readonly pragma: string | undefined;
  readonly isAuthorized: boolean;
  readonly hasCookie: boolean;
  readonly encoding: Spelt<string> | undefined;
  readonly language: Spelt<string> | undefined;
  readonly flavour: string | undefined;
}

/** Everything one comparison is about. */
export interface Exchange {
  /** Separates the members of every `Cache-Control`. */
  readonly separator: string;
  readonly request: SpeltRequest;
  readonly response: SpeltResponse;
  /** Seconds from the request to the response. */
  readonly delay: number;
  /** Whether a 206 is exactly what was asked for. */
  readonly isExactPart: boolean;
  /** Seconds from the response to the second request. */
  readonly elapsed: number;
  readonly again: SpeltRequest;
  readonly notModified: SpeltResponse;
}

/** When the first response is received. */
export const RECEIVED = Date.UTC(2026, 5, 1, 12, 0, 0);

/** The fields of a request, by lower-case name. */
export function requestFields(request: SpeltRequest, separator: string): Record<string, string> {
  return present({
    "cache-control": controlText(request.control, separator),
    "pragma": request.pragma,
    "authorization": request.isAuthorized ? "Basic eA==" : undefined,
    "cookie": request.hasCookie ? "a=b" : undefined,
    "accept-encoding": request.encoding?.text,
    "accept-language": request.language?.text,
    "x-flavour": request.flavour,
  });
}

/** The fields of a response, by lower-case name. */
export function responseFields(response: SpeltResponse, separator: string): Record<string, string> {
  return present({
    "cache-control": controlText(response.control, separator),
    "cdn-cache-control": controlText(response.target, ", "),
    "date": response.date?.text,
    "expires": response.expires?.text,
    "last-modified": response.lastModified?.text,
    "age": response.age?.text,
    "etag": response.entityTag?.text,
    "vary": response.vary,
    "pragma": response.pragma,
    "set-cookie": response.hasCookie ? "a=b" : undefined,
    ...response.others,
  });
}

function controlText(control: SpeltControl, separator: string): string | undefined {
  return control?.map(directiveText).join(separator);
}

function directiveText({ spelling, argument, isQuoted, equals = "=" }: SpeltDirective): string {
  if (argument === undefined) return spelling;
  return `${spelling}${equals}${isQuoted ? `"${argument}"` : argument}`;
}

function present(fields: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
