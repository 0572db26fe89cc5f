/**
 * Exclusive ownership of a directory, which ends with the process that has it.
 *
 * Locks are files `lock-1`, `lock-2`, …, of which the highest counts: it belongs to the process whose socket it names,
 * for as long as that shows its presence. After that anybody may make the next one, and only one can. The highest is
 * never removed, so whoever finds a higher one than the file just made was too late.
 */
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { linkIfFree } from "./link-if-free.ts";
import { isPresent, showPresence } from "./presence.ts";
import { isSystemError } from "./system-error.ts";

/** A directory that is owned. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** What came of the attempt to own a directory. */
export type LockAttempt = { readonly lock: DirectoryLock } | { readonly heldBy: number };

/** What one that wants a directory has just done: looked who has it, or made a lock that may have come too late. */
export type LockStep = "looked" | "claimed";

/** Waits between two steps, for as long as a slow machine might. */
export type LockPause = (step: LockStep) => Promise<void>;

/** What a lock says of its owner. */
interface Owner {
  readonly pid: number;
  /** Name of its socket in the directory. */
  readonly socket: string;
}

interface Contender {
  readonly directory: string;
  readonly owner: Owner;
  /** A file that holds `owner`, complete, to be linked. */
  readonly ticket: string;
  readonly pause: LockPause;
}

const goOn: LockPause = () => Promise.resolve();

/** Takes a directory, unless a process has it that lives; then the answer is its id. */
export async function lockDirectory(directory: string, pause: LockPause = goOn): Promise<LockAttempt> {
  const socket = `${crypto.randomUUID()}.sock`;
  const hide = await showPresence(join(directory, socket));
  try {
    const owner = { pid: process.pid, socket };
    const attempt = await contend({ directory, owner, ticket: `${socket}.lock`, pause });
    if ("heldBy" in attempt) {
      await hide();
      return attempt;
    }
    return { lock: { release: () => release(attempt.path, hide) } };
  } catch (error) {
    await hide();
    throw error;
  }
}

async function contend(contender: Contender): Promise<{ heldBy: number } | { path: string }> {
  const ticket = join(contender.directory, contender.ticket);
  await writeFile(ticket, JSON.stringify(contender.owner), { mode: 0o600 });
  try {
    for (;;) {
      const attempt = await tryOnce(contender);
      if (attempt !== undefined) return attempt; // else somebody else came first: look who
    }
  } finally {
    await rm(ticket, { force: true });
  }
}

async function tryOnce(contender: Contender): Promise<{ heldBy: number } | { path: string } | undefined> {
  const { directory, ticket, pause } = contender;
  const highest = (await lockNumbers(directory)).at(-1) ?? 0;
  const holder = await liveOwner(directory, highest);
  if (holder !== undefined) return { heldBy: holder.pid };
  await pause("looked");
  const path = lockPath(directory, highest + 1);
  if (!(await linkIfFree(join(directory, ticket), path))) return undefined;
  await pause("claimed");
  const numbers = await lockNumbers(directory);
  if (numbers.at(-1) !== highest + 1) {
    await rm(path, { force: true });
    return undefined;
  }
  for (const number of numbers.slice(0, -1)) await removeLock(directory, number);
  return { path };
}

/** Numbers of the locks in a directory, the highest last. */
async function lockNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => /^lock-(\d+)$/.exec(name)?.[1] ?? []).map(Number).sort((one, other) => one - other);
}

async function liveOwner(directory: string, number: number): Promise<Owner | undefined> {
  const owner = await readOwner(lockPath(directory, number));
  if (owner === undefined) return undefined;
  return await isPresent(join(directory, owner.socket)) ? owner : undefined;
}

/** `undefined` when the lock was released, or is gone, or did not outlive a loss of power, as its owner did not. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: Partial<Owner> | null = JSON.parse(await readFile(path, "utf8"));
    const { pid, socket } = owner ?? {};
    return typeof pid === "number" && typeof socket === "string" ? { pid, socket } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function removeLock(directory: string, number: number): Promise<void> {
  const owner = await readOwner(lockPath(directory, number));
  const socket = owner === undefined ? undefined : join(directory, owner.socket);
  // Its owner may live: one that was too late, and is about to look again.
  if (socket !== undefined && !(await isPresent(socket))) await rm(socket, { force: true });
  await rm(lockPath(directory, number), { force: true });
}

/** The lock stays, without an owner: it is the highest. */
async function release(path: string, hide: () => Promise<void>): Promise<void> {
  await truncate(path);
  await hide();
}

function lockPath(directory: string, number: number): string {
  return join(directory, `lock-${number}`);
}
