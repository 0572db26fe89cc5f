export function accepts(request: Pick<Request, "headers">): string[];
export function accepts(request: Pick<Request, "headers">, ...types: string[]): string | undefined;
export function acceptsEncodings(request: Pick<Request, "headers">): string[];
export function acceptsEncodings(request: Pick<Request, "headers">, ...encodings: string[]): string | undefined;
export function acceptsLanguages(request: Pick<Request, "headers">): string[];
export function acceptsLanguages(request: Pick<Request, "headers">, ...languages: string[]): string | undefined;
