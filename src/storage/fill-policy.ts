/** When a body that will be stored is received to its end though nobody reads it any more. */
export interface FillPolicy {
  /** If no more than so many bytes are missing. */
  readonly bytesLeft: number;
  /** Or if at least this part of it has arrived, from 0 to 1. */
  readonly share: number;
}

/** Whether a body of which so much has arrived is worth finishing for the store alone; it is where its length is unknown. */
export function isWorthFilling(policy: FillPolicy, received: number, length: number | undefined): boolean {
  if (length === undefined) return true;
  return length - received <= policy.bytesLeft || received >= length * policy.share;
}
