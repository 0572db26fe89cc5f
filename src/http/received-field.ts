/** What a listener may know of the fields of a request beside its `Headers`. */
export interface ReceivedFields {
  /** Combined value of a field, or `null`; where the listener has it at less cost than `Headers` do. */
  header?(name: string): string | null;
}

/** Combined value of a field of a request as it was received, or `null`. */
export function receivedField(request: Request, received: ReceivedFields, name: string): string | null {
  return received.header === undefined ? request.headers.get(name) : received.header(name);
}
