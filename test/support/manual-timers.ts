import type { Timers } from "../../src/time/timers.ts";

/** Timers that fire only when told to. */
export interface ManualTimers extends Timers {
  /** Fires what is due within `milliseconds` from now, in order. */
  advance(milliseconds: number): void;
  /** How many tasks wait. */
  readonly waiting: number;
}

export function manualTimers(): ManualTimers {
  let now = 0;
  const tasks = new Set<{ due: number; run: () => void }>();
  return {
    get waiting() {
      return tasks.size;
    },
    after(delay, run) {
      const task = { due: now + delay, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    advance(milliseconds) {
      now += milliseconds;
      const due = [...tasks].filter((task) => task.due <= now).sort((a, b) => a.due - b.due);
      for (const task of due) {
        tasks.delete(task);
        task.run();
      }
    },
  };
}
