import { link } from "node:fs/promises";
import { isSystemError } from "./system-error.ts";

/** Gives a file a second name. @returns Whether the name was free. */
export async function linkIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}
