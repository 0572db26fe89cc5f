/** One header field line: a lower-case name and its value, one character per byte (ISO 8859-1). */
export type FieldLine = readonly [name: string, value: string];

/** Header fields in the order received, repeated lines kept apart (RFC 9110 §5.2). */
export type FieldLines = readonly FieldLine[];

/** Combined value of every line named `name`, joined as RFC 9110 §5.3 says, or `undefined` when there is none. */
export function fieldValue(fields: FieldLines, name: string): string | undefined {
  let value: string | undefined;
  for (const [lineName, lineValue] of fields) {
    if (lineName === name) value = value === undefined ? lineValue : `${value}, ${lineValue}`;
  }
  return value;
}
