import { type CacheControl, parseCacheControl } from "../http/cache-control.ts";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
export interface GoverningControl {
  readonly control: CacheControl;
  readonly field: string;
  readonly isTargeted: boolean;
}
export function governingControl(fields: FieldLines, targets: readonly string[]): GoverningControl {
  for (const field of targets) {
    const value = fieldValue(fields, field);
    if (value !== undefined) return { control: parseCacheControl(value), field, isTargeted: true };
  }
  return { control: parseCacheControl(fieldValue(fields, "cache-control")), field: "cache-control", isTargeted: false };
}
