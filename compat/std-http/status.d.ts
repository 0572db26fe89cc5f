export const STATUS_CODE: Readonly<Record<string, number>>;
export const STATUS_TEXT: Readonly<Record<number, string>>;
export function isStatus(status: number): boolean;
