export interface SearchVariance {
  readonly key: string;
}
export function parseNoVarySearch(_value: string | undefined): SearchVariance | undefined {
  return undefined;
}
export function canonicalSearch(query: string, _variance: SearchVariance): string {
  return query;
}
export function varianceKey(variance: SearchVariance): string {
  return variance.key;
}
