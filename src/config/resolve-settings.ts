import type { z } from "zod";
import { MASK, maskSecrets } from "../server/mask-secrets.ts";
import { formatByteSize } from "./byte-size.ts";
import { ConfigError, countProblems, type Problem } from "./config-error.ts";
import { configSchema, type ParsedConfig } from "./config-schema.ts";
import type { AdminSettings, Settings } from "./settings.ts";

/** Stored bodies are at most this large unless the configuration says otherwise. */
const DEFAULT_MAX_OBJECT_BYTES = 32 * 1024 ** 2;

/**
 * Settings of a configuration of unknown shape, with every default filled in.
 *
 * @param source What the configuration is called in messages, usually its file.
 * @throws {ConfigError} with all problems at once.
 */
export function resolveSettings(config: unknown, source = "configuration"): Settings {
  const parsed = configSchema.safeParse(config, { reportInput: true });
  const problems = parsed.success ? sizeProblems(parsed.data) : parsed.error.issues.flatMap(
    (issue) => issueProblems(issue, config),
  );
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(`Cannot use ${source}: ${countProblems(problems)}`, problems);
  }
  return toSettings(parsed.data);
}

function toSettings(config: ParsedConfig): Settings {
  const { freshness, coalescing, limits } = config;
  return {
    listen: config.listen,
    origins: config.origins.map(toOriginOptions),
    memoryBytes: config.memory,
    maxObjectBytes: config.maxObjectSize ?? Math.min(DEFAULT_MAX_OBJECT_BYTES, config.memory),
    state: config.state,
    hosts: config.hosts,
    trustedProxies: config.trustedProxies,
    query: config.query,
    vary: config.vary,
    setCookie: config.setCookie,
    targetedControl: config.targetedControl,
    hiddenFields: config.hiddenFields,
    tags: config.tags,
    freshness: {
      heuristic: freshness.heuristic,
      heuristicMaxMs: freshness.heuristicMax,
      heuristicErrors: freshness.heuristicErrors,
      staleWhileRevalidateMs: freshness.staleWhileRevalidate,
      staleIfErrorMs: freshness.staleIfError,
      keepMs: freshness.keep,
      errorTtlMaxMs: freshness.errorTtlMax,
      errorStatuses: freshness.errorStatuses,
    },
    routes: config.routes.map(({ vary, ...route }) => vary === undefined ? route : { ...route, vary }),
    coalescing: {
      ...coalescing,
      fill: { bytesLeft: coalescing.fill.bytesLeft, share: coalescing.fill.percent / 100 },
    },
    limits: {
      headerTimeout: limits.headerTimeout,
      idleTimeout: limits.idleTimeout,
      sendTimeout: limits.sendTimeout,
      maxHeaderBytes: limits.requestHeader,
      maxBodyBytes: limits.requestBody,
      maxQueryBytes: limits.queryContent,
    },
    ...(config.admin && { admin: toAdminSettings(config.admin) }),
    purgeMethod: config.purgeMethod,
    log: config.log,
  };
}

function toOriginOptions(origin: ParsedConfig["origins"][number]): Settings["origins"][number] {
  return {
    url: origin.url,
    host: origin.host,
    connectTimeout: origin.timeouts.connect,
    firstByteTimeout: origin.timeouts.firstByte,
    betweenBytesTimeout: origin.timeouts.betweenBytes,
    totalTimeout: origin.timeouts.total,
    maxConnections: origin.maxConnections,
    verifyCertificate: origin.verifyCertificate,
  };
}

function toAdminSettings({ listen, token, hosts }: NonNullable<ParsedConfig["admin"]>): AdminSettings {
  return { listen, hosts, ...(token !== undefined && { token }) };
}

/** What no single key shows: an object larger than memory could never be stored. */
function sizeProblems(config: ParsedConfig): Problem[] {
  const { maxObjectSize, memory } = config;
  if (maxObjectSize === undefined || maxObjectSize <= memory) return [];
  const given = formatByteSize(maxObjectSize);
  return [{
    path: "maxObjectSize",
    message: `given "${given}", accepted: at most what memory is, "${formatByteSize(memory)}"`,
    given,
  }];
}

function issueProblems(issue: z.core.$ZodIssue, config: unknown): Problem[] {
  const path = pathWithin(config, issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      message: `unknown key, accepted: ${issue.message}`,
    }));
  }
  const given = path.at(-1) === "token" ? MASK : issue.input;
  return [{ path: pathText(path), message: `given ${givenText(given)}, accepted: ${issue.message}`, given }];
}

/** An origin given as a string is read as `{ url }`; its problems are told at the place the user wrote. */
function pathWithin(config: unknown, path: readonly PropertyKey[]): PropertyKey[] {
  let value = config;
  const walked: PropertyKey[] = [];
  for (const step of path) {
    if (typeof value !== "object" || value === null) break;
    walked.push(step);
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return walked;
}

function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text;
}

function givenText(given: unknown): string {
  if (given === undefined) return "nothing";
  const text = maskSecrets(JSON.stringify(given) ?? String(given));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
