export function eTag(entity: string | Uint8Array, options?: { weak?: boolean }): Promise<string>;
export function ifMatch(value: string | null, etag: string | undefined): boolean;
export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
