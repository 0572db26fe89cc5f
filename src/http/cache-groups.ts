import { listMembers } from "./field-list.ts";
export function parseCacheGroups(value: string | undefined): readonly string[] {
  return value === undefined ? [] : listMembers(value).map((m) => m.slice(1, -1));
}
