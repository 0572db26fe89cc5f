/** Whether `error` is what a system call gives for `code`, such as `"ENOENT"`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
