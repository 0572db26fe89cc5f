/** When a body that will be stored is received to its end though nobody reads it any more. */
export interface FillPolicy {
  /** If no more than so many bytes are missing; or have come, where nobody knows how many will. */
  readonly bytesLeft: number;
  /** Or if at least this part of it has arrived, from 0 to 1. */
  readonly share: number;
}

/** Whether a body of which so much has arrived is worth finishing for the store alone. */
export function isWorthFilling(policy: FillPolicy, received: number, length: number | undefined): boolean {
  if (length === undefined) return received <= policy.bytesLeft;
  return length - received <= policy.bytesLeft || received >= length * policy.share;
}
