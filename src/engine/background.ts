/** Work that outlives the request that caused it: counted, so that shutting down can wait for it. */
export class BackgroundTasks {
  readonly #running = new Set<Promise<unknown>>();

  /** Number of tasks running. */
  get count(): number {
    return this.#running.size;
  }

  /** Starts `task`. Its failure is its own affair: it must have recorded it, and nobody waits for the result. */
  run(task: () => Promise<unknown>): void {
    const running: Promise<unknown> = task().catch(() => {}).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing runs any more. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
