import { type AdminToken, adminToken, isToken, TOKEN_FORM } from "../admin/admin-token.ts";
import { formatByteSize } from "../config/byte-size.ts";
import { ConfigError } from "../config/config-error.ts";
import { formatListenAddress } from "../config/listen-address.ts";
import { loadConfig } from "../config/load-config.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import type { Settings } from "../config/settings.ts";
import { type AccessLog, type AccessRecord, createAccessLog } from "../server/access-log.ts";
import type { composeProxy, Proxy } from "../server/compose-proxy.ts";
import { demoOrigin } from "../server/demo-origin.ts";
import type { Listener, OpenedPurgeLog, Runtime } from "../server/runtime.ts";
import { shutDown } from "../server/shutdown.ts";
import type { Milliseconds } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import { readServeFlags } from "./arguments.ts";
import { USAGE } from "./usage.ts";
import { VERSION } from "./version.ts";

/** How long responses under way may take to finish after a stop signal. */
const DRAIN_LIMIT: Milliseconds = 10_000;

/** And those of the admin API after them, which are short. */
const ADMIN_DRAIN_LIMIT: Milliseconds = 500;

/** Puts the proxy together from its settings. */
export type ComposeProxy = typeof composeProxy;

/** Everything that runs between start and stop. */
interface Service {
  readonly listener: Listener;
  readonly proxy: Proxy;
  readonly log: AccessLog;
  readonly demo: Listener | undefined;
  readonly admin: AdminService | undefined;
}

interface AdminService extends AdminToken {
  readonly listener: Listener;
}

/** When a stop is asked for. */
interface StopSignal {
  readonly received: Promise<void>;
  isReceived(): boolean;
}

/**
 * Runs the proxy until a stop signal, then drains it. A second signal ends the process at once.
 *
 * @returns The exit code.
 * @throws {UsageError | ConfigError | StateError | ListenError}
 */
export async function serve(
  runtime: Runtime,
  args: readonly string[],
  parts: { compose: ComposeProxy; timers?: Timers },
): Promise<number> {
  const flags = readServeFlags(args);
  if (flags.help) {
    runtime.writeOut(USAGE);
    return 0;
  }
  const loaded = await loadConfig(runtime, flags.config);
  const settings = resolveSettings(withOverrides(loaded?.config, flags.overrides), loaded?.file);
  const stopSignal = awaitStop(runtime);
  const service = await start(settings, runtime, { compose: parts.compose, isStopping: stopSignal.isReceived });
  announce(runtime, service, settings);
  await stopSignal.received;
  await stop(service, parts.timers ?? systemTimers);
  return 0;
}

/** A configuration that is not an object is left to the schema to refuse. */
function withOverrides(config: unknown, overrides: object): unknown {
  if (config === undefined) return overrides;
  if (!isObject(config)) return config;
  const merged: Record<string, unknown> = { ...config, ...overrides };
  // The flag is an address alone, and leaves the other options as they are.
  if (isObject(config.admin) && typeof merged.admin === "string") {
    merged.admin = { ...config.admin, listen: merged.admin };
  }
  return merged;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function awaitStop(runtime: Runtime): StopSignal {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  runtime.onStopSignal(() => {
    if (isStopping) runtime.exit(0);
    isStopping = true;
    resolve();
  });
  return { received: promise, isReceived: () => isStopping };
}

async function start(
  settings: Settings,
  runtime: Runtime,
  { compose, isStopping }: { compose: ComposeProxy; isStopping: () => boolean },
): Promise<Service> {
  const purges = await openPurges(settings, runtime);
  const demo = settings.origins.length === 0 ? await startDemoOrigin(settings, runtime) : undefined;
  const log = createAccessLog(settings.log, (text) => runtime.writeOut(text));
  const onExchange = settings.log === "off" ? {} : { onExchange: (exchange: AccessRecord) => log.record(exchange) };
  const effective = demo === undefined ? settings : withDemoOrigin(settings, demo);
  const proxy = compose(effective, runtime, { ...onExchange, purges });
  const listeners = demo === undefined ? [] : [demo];
  try {
    const listener = await runtime.listen({ ...settings.listen, limits: settings.limits }, proxy.handler);
    listeners.push(listener);
    return { listener, proxy, log, demo, admin: await startAdmin(settings, runtime, { proxy, isStopping }) };
  } catch (error) {
    for (const open of listeners) open.abort();
    await proxy.close();
    throw error;
  }
}

async function startAdmin(
  { admin, limits }: Settings,
  runtime: Runtime,
  { proxy, isStopping }: { proxy: Proxy; isStopping: () => boolean },
): Promise<AdminService | undefined> {
  if (admin === undefined) return undefined;
  const { token, isGenerated } = tokenOf(runtime, admin.token);
  const parts = { ...proxy.admin, token, limits, isStopping, version: VERSION };
  // Loaded for those alone who want it: on Node it takes a sixth of the start.
  const { openAdmin } = await import("../server/admin-service.ts");
  return { listener: await openAdmin(admin, runtime, parts), token, isGenerated };
}

/** What comes from the environment stands in no file that others may read, so it wins. */
function tokenOf(runtime: Runtime, configured: string | undefined): AdminToken {
  const given = runtime.env("LACQUER_ADMIN_TOKEN");
  if (given && !isToken(given)) throw new ConfigError(`Cannot use LACQUER_ADMIN_TOKEN: accepted are ${TOKEN_FORM}`, []);
  return adminToken(given, configured);
}

/** The proxy closes it when it has drained; what the admin API is asked to purge after that is refused as not durable. */
async function openPurges(settings: Settings, runtime: Runtime): Promise<OpenedPurgeLog | undefined> {
  if (settings.state === undefined) return undefined;
  const purges = await runtime.openPurgeLog(settings.state);
  if (purges.lost) {
    const kept = purges.kept === undefined ? "" : `; it is kept as "${purges.kept}"`;
    runtime.writeError(`The log of purges is damaged, so that all stored before counts as purged${kept}\n`);
  }
  return purges;
}

function startDemoOrigin(settings: Settings, runtime: Runtime): Promise<Listener> {
  return runtime.listen({ hostname: "127.0.0.1", port: 0, limits: settings.limits }, demoOrigin());
}

function withDemoOrigin(settings: Settings, demo: Listener): Settings {
  const url = `http://${formatListenAddress(demo)}`;
  const { origins } = resolveSettings({ origins: [url] });
  return { ...settings, origins };
}

function announce(runtime: Runtime, service: Service, settings: Settings): void {
  const url = `http://${formatListenAddress(service.listener)}`;
  const origins = service.demo === undefined ? settings.origins.map((origin) => origin.url).join(", ") : "demo origin";
  const memory = formatByteSize(settings.memoryBytes);
  const facts = `${runtime.name} ${runtime.version}, memory ${memory}, origins: ${origins}`;
  runtime.writeOut(`lacquer listening on ${url} (${facts})\n`);
  if (service.admin !== undefined) runtime.writeOut(adminText(service.admin));
  if (service.demo !== undefined) runtime.writeOut(demoText(url));
}

/** A token that was made up is told here and nowhere else. */
function adminText({ listener, token, isGenerated }: AdminService): string {
  const lines = [`lacquer admin listening on http://${formatListenAddress(listener)}`];
  if (isGenerated) lines.push(`lacquer admin token: ${token}`);
  return `${lines.join("\n")}\n`;
}

function demoText(url: string): string {
  return `No origin is configured, so a demo origin runs inside this process. Try, each line twice:
  curl -i ${url}/article
      a miss, then a hit: the same count, Age, and "hit" in Cache-Status
  curl -i -H 'Accept-Language: de' ${url}/greeting
      stored once per language: with "fr" it is a miss again, with "de" a hit
  curl -i ${url}/slow
      two seconds, then at once for the next ten
`;
}

/**
 * The demo origin stays until the proxy has drained: responses under way still come from it. The admin API stays
 * longest, to say that the proxy is stopping.
 */
async function stop({ listener, proxy, demo, log, admin }: Service, timers: Timers): Promise<void> {
  const isDrained = await shutDown({ listener, close: () => proxy.close() }, DRAIN_LIMIT, timers);
  demo?.abort();
  if (admin !== undefined) await stopAdmin(admin.listener, isDrained, timers);
  log.flush();
}

/** When the proxy has used up its time, none is left. */
async function stopAdmin(listener: Listener, hasTime: boolean, timers: Timers): Promise<void> {
  if (!hasTime) return listener.abort();
  await shutDown({ listener, close: () => Promise.resolve() }, ADMIN_DRAIN_LIMIT, timers);
}
