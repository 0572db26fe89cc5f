/**
 * The bytes of a body a second time: where its origin broke off, for a reader who was too slow for the others, or all
 * of it anew. Only what surely belongs to the head that clients have been told.
 */
import type { RangeSpec } from "../http/byte-range.ts";
import { type FieldLine, type FieldLines, fieldValue } from "../http/field-lines.ts";
import { discard } from "../origin/discard.ts";
import { initialAge } from "../policy/age.ts";
import { partOf } from "../policy/partial.ts";
import type { Part } from "../policy/stored-metadata.ts";
import { areSameBytes, combinedFields, hasStrongValidator } from "../policy/validation.ts";
import type { Seconds } from "../time/clock.ts";
import type { BodyRefill } from "../storage/body-settings.ts";
import { completionFields, exactly } from "./complete-part.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { FetchPorts } from "./fetch-response.ts";
import { forward, type OriginAnswer, storableRequest } from "./forward.ts";
import { assess } from "./store-response.ts";
import { declaredLength, headOf, type ResponseHead, validatorsOf } from "./response-head.ts";

/** A response whose body may have to be asked for again. */
export interface Refillable {
  /** The request that it answers. */
  readonly request: CacheRequest;
  readonly head: ResponseHead;
  /** Number of bytes of the body; `undefined` when unknown. */
  readonly length: number | undefined;
}

type Body = ReadableStream<Uint8Array> | undefined;

/** Where the bytes come from a second time; `undefined` where nothing can be asked for twice. */
export function refillOf(refillable: Refillable, ports: FetchPorts): BodyRefill | undefined {
  if (ports.origin.once) return undefined;
  const refill = new OriginRefill(refillable, ports);
  return {
    resume: (position) => refill.resume(position).catch(() => undefined), // that is what it then comes to
    range: (first, last) => refill.range({ first, last }).catch(() => undefined),
    again: () => refill.again().catch(() => undefined),
  };
}

/** Positions in a body, inclusive. */
interface Wanted {
  readonly first: number;
  readonly last: number | undefined;
}

class OriginRefill {
  readonly #refillable: Refillable;
  readonly #ports: FetchPorts;

  constructor(refillable: Refillable, ports: FetchPorts) {
    this.#refillable = refillable;
    this.#ports = ports;
  }

  /** The rest of the body, where its source broke off. */
  async resume(position: number): Promise<Body> {
    const rest = { first: position, last: undefined };
    if (this.#questionFor(rest) === undefined || !this.#ports.retries.withdraw()) return undefined;
    return await this.range(rest);
  }

  /** A range of the body, on condition that the representation is still the same; never more of it nor less. */
  async range(wanted: Wanted): Promise<Body> {
    const question = this.#questionFor(wanted);
    if (question === undefined) return undefined;
    const { response, ...times } = await this.#ask(question);
    const part = this.#partOf({ response, ...times }, withinRepresentation(wanted, this.#refillable.head));
    if (part !== undefined && response.body !== null) return exactly(response.body, part);
    discard(response);
    return undefined;
  }

  /** The body from its beginning, from a response that says the same of it. */
  async again(): Promise<Body> {
    if (this.#refillable.head.part !== undefined || !this.#ports.retries.withdraw()) return undefined;
    const answer = await this.#ask([]);
    if (this.#isSame(answer)) return answer.response.body ?? undefined;
    discard(answer.response);
    return undefined;
  }

  /** The fields that ask for a range (RFC 9110 §13.1.5); `undefined` where no validator tells what it is a range of. */
  #questionFor(wanted: Wanted): FieldLine[] | undefined {
    const { head, length } = this.#refillable;
    const validators = validatorsOf(head);
    if ((head.status !== 200 && head.part === undefined) || !hasStrongValidator(validators)) return undefined;
    if (validators.entityTag === undefined && length === undefined) return undefined; // a date alone says too little
    const asked = withinRepresentation(wanted, head);
    return completionFields({ fields: head.fields, entityTag: validators.entityTag }, asked);
  }

  #ask(conditions: readonly FieldLine[]): Promise<OriginAnswer> {
    const { origin, rules, clock } = this.#ports;
    const request = storableRequest(this.#refillable.request, rules, conditions);
    const { onInformational: _, ...silent } = request; // its client has been told the final head
    return forward(origin, silent, clock);
  }

  /** What a 206 brings, if that is exactly what was asked for, and of the same representation. */
  #partOf(answer: OriginAnswer, asked: RangeSpec): Part | undefined {
    if (answer.response.status !== 206) return undefined;
    const { head, length } = this.#refillable;
    const rest = headOf(answer);
    const part = partOf(rest.fields, asked);
    if (part === undefined || !areSameBytes(validatorsOf(head), validatorsOf(rest))) return undefined;
    if (!this.#mayGoTogether(rest)) return undefined;
    return part.completeLength === (head.part?.completeLength ?? length ?? part.completeLength) ? part : undefined;
  }

  /** Whether a rest is in the same coding, as far as it says, and says nothing that keeps the whole from being shared. */
  #mayGoTogether(rest: ResponseHead): boolean {
    const { head, request } = this.#refillable;
    const coding = fieldValue(rest.fields, "content-encoding");
    if (coding !== undefined && coding !== fieldValue(head.fields, "content-encoding")) return false;
    const fields = combinedFields(head.fields, rest.fields);
    const [before, after] = [head.fields, fields].map((told) => {
      return assess(request, { ...head, fields: told }, this.#ports.caching).verdict;
    });
    return after!.store || !before!.store;
  }

  /** Whether an answer says the same of itself, and is no older than the first is by now. */
  #isSame(answer: OriginAnswer): boolean {
    const { head, length } = this.#refillable;
    const again = headOf(answer);
    if (!again.knownEnd || again.status !== head.status || declaredLength(answer.response) !== length) return false;
    const passed = (again.receivedAt - head.receivedAt) / 1000;
    return ageOf(again) <= ageOf(head) + passed && describesSame(head.fields, again.fields);
  }
}

function ageOf(head: ResponseHead): Seconds {
  return initialAge(validatorsOf(head).date, fieldValue(head.fields, "age"), head);
}

/** A range of a body as a range of the representation that it is a part of. */
function withinRepresentation({ first, last }: Wanted, { part }: ResponseHead): RangeSpec {
  return part === undefined
    ? { first, last }
    : { first: part.first + first, last: Math.min(part.first + (last ?? Infinity), part.last) };
}

/** Whether two heads say the same of what they carry: all fields are equal but those that tell of the message alone. */
function describesSame(a: FieldLines, b: FieldLines): boolean {
  return String(descriptionIn(a)) === String(descriptionIn(b));
}

const OF_MESSAGE: ReadonlySet<string> = new Set([
  "age",
  "content-length",
  "date",
  "server-timing",
  "via",
  "x-request-id",
]);

function descriptionIn(fields: FieldLines): FieldLine[] {
  const told = fields.filter(([name]) => !OF_MESSAGE.has(name));
  return told.toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}
