import { formatByteSize } from "../config/byte-size.ts";
import { formatListenAddress } from "../config/listen-address.ts";
import { loadConfig } from "../config/load-config.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import type { Settings } from "../config/settings.ts";
import { type AccessLog, type AccessRecord, createAccessLog } from "../server/access-log.ts";
import type { composeProxy, Proxy } from "../server/compose-proxy.ts";
import { demoOrigin } from "../server/demo-origin.ts";
import type { Listener, Runtime } from "../server/runtime.ts";
import { shutDown } from "../server/shutdown.ts";
import type { Milliseconds } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import { readServeFlags } from "./arguments.ts";
import { USAGE } from "./usage.ts";

/** How long responses under way may take to finish after a stop signal. */
const DRAIN_LIMIT: Milliseconds = 10_000;

/** Puts the proxy together from its settings. */
export type ComposeProxy = typeof composeProxy;

/** Everything that runs between start and stop. */
interface Service {
  readonly listener: Listener;
  readonly proxy: Proxy;
  readonly log: AccessLog;
  readonly demo: Listener | undefined;
}

/**
 * Runs the proxy until a stop signal, then drains it. A second signal ends the process at once.
 *
 * @returns The exit code.
 * @throws {UsageError | ConfigError | ListenError}
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
  const stopped = stopSignal(runtime);
  const service = await start(settings, runtime, parts.compose);
  announce(runtime, service, settings);
  await stopped;
  await stop(service, parts.timers ?? systemTimers);
  return 0;
}

/** A configuration that is not an object is left to the schema to refuse. */
function withOverrides(config: unknown, overrides: object): unknown {
  if (config === undefined) return overrides;
  const isObject = typeof config === "object" && config !== null && !Array.isArray(config);
  return isObject ? { ...config, ...overrides } : config;
}

function stopSignal(runtime: Runtime): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  runtime.onStopSignal(() => {
    if (isStopping) runtime.exit(0);
    isStopping = true;
    resolve();
  });
  return promise;
}

async function start(settings: Settings, runtime: Runtime, compose: ComposeProxy): Promise<Service> {
  const demo = settings.origins.length === 0 ? await startDemoOrigin(settings, runtime) : undefined;
  const log = createAccessLog(settings.log, (text) => runtime.writeOut(text));
  const onExchange = settings.log === "off" ? {} : { onExchange: (exchange: AccessRecord) => log.record(exchange) };
  const proxy = compose(demo === undefined ? settings : withDemoOrigin(settings, demo), runtime, onExchange);
  try {
    const listener = await runtime.listen({ ...settings.listen, limits: settings.limits }, proxy.handler);
    return { listener, proxy, log, demo };
  } catch (error) {
    demo?.abort();
    await proxy.close();
    throw error;
  }
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
  const hints = service.demo === undefined ? "" : demoText(url);
  runtime.writeOut(`lacquer listening on ${url} (${facts})\n${hints}`);
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

/** The demo origin stays until the proxy has drained: responses under way still come from it. */
async function stop({ listener, proxy, demo, log }: Service, timers: Timers): Promise<void> {
  await shutDown({ listener, close: () => proxy.close() }, DRAIN_LIMIT, timers);
  demo?.abort();
  log.flush();
}
