/**
 * One number that bounds memory: stored bodies and their metadata, and bodies still arriving, all draw on it.
 * When it runs short, `makeRoom` is asked to give something up before a reservation fails.
 */
export class ByteBudget {
  readonly limit: number;
  #used = 0;
  #makeRoom: (bytes: number) => void = () => {};

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Names who gives up memory when a reservation does not fit: called with the number of bytes missing. */
  onShortage(makeRoom: (bytes: number) => void): void {
    this.#makeRoom = makeRoom;
  }

  /** Takes `bytes`, or nothing and returns false when even making room was not enough. */
  reserve(bytes: number): boolean {
    if (!(bytes <= this.limit)) return false; // not a number never fits
    const missing = this.#used + bytes - this.limit;
    if (missing > 0) this.#makeRoom(missing);
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  /** Takes `bytes` if they are free as it is: nothing is given up for them. */
  reserveFree(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  /** Counts bytes that are here already, after making what room there is to be made. */
  force(bytes: number): void {
    const missing = this.#used + bytes - this.limit;
    if (missing > 0) this.#makeRoom(missing);
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }
}
