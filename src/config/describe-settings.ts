import { MASK } from "../server/mask-secrets.ts";
import { formatDuration } from "../time/duration.ts";
import { formatByteSize } from "./byte-size.ts";
import type { AdminConfig, LacquerConfig, OriginConfig } from "./define-config.ts";
import { formatListenAddress } from "./listen-address.ts";
import type { AdminSettings, Settings } from "./settings.ts";

/**
 * The settings as the configuration that spells every one of them out. Reading it gives the same settings again, but
 * for the token of the admin API, which is masked.
 */
export function describeSettings(settings: Settings): LacquerConfig {
  const { freshness, coalescing, limits } = settings;
  return {
    listen: formatListenAddress(settings.listen),
    origins: settings.origins.map(describeOrigin),
    memory: formatByteSize(settings.memoryBytes),
    maxObjectSize: formatByteSize(settings.maxObjectBytes),
    ...(settings.state === undefined ? {} : { state: settings.state }),
    hosts: settings.hosts,
    trustedProxies: settings.trustedProxies,
    query: settings.query,
    vary: settings.vary,
    setCookie: settings.setCookie,
    targetedControl: settings.targetedControl,
    hiddenFields: settings.hiddenFields,
    tags: settings.tags,
    freshness: {
      heuristic: freshness.heuristic,
      heuristicMax: formatDuration(freshness.heuristicMaxMs),
      heuristicErrors: freshness.heuristicErrors,
      staleWhileRevalidate: formatDuration(freshness.staleWhileRevalidateMs),
      staleIfError: formatDuration(freshness.staleIfErrorMs),
      keep: formatDuration(freshness.keepMs),
      errorTtlMax: formatDuration(freshness.errorTtlMaxMs),
      errorStatuses: freshness.errorStatuses,
    },
    routes: settings.routes,
    coalescing: {
      maxWait: formatDuration(coalescing.maxWait),
      maxSpeculative: coalescing.maxSpeculative,
      shareNoCache: coalescing.shareNoCache,
      hitForMiss: formatDuration(coalescing.hitForMiss),
      lookAhead: formatByteSize(coalescing.lookAhead),
      laggardLimit: formatDuration(coalescing.laggardLimit),
      fill: {
        bytesLeft: formatByteSize(coalescing.fill.bytesLeft),
        percent: Math.round(coalescing.fill.share * 100),
      },
    },
    limits: {
      headerTimeout: formatDuration(limits.headerTimeout),
      idleTimeout: formatDuration(limits.idleTimeout),
      sendTimeout: formatDuration(limits.sendTimeout),
      requestHeader: formatByteSize(limits.maxHeaderBytes),
      requestBody: formatByteSize(limits.maxBodyBytes),
      queryContent: formatByteSize(limits.maxQueryBytes),
    },
    ...(settings.admin && { admin: describeAdmin(settings.admin) }),
    purgeMethod: settings.purgeMethod,
    log: settings.log,
  };
}

function describeAdmin({ listen, token, hosts }: AdminSettings): AdminConfig {
  return { listen: formatListenAddress(listen), ...(token !== undefined && { token: MASK }), hosts };
}

function describeOrigin(origin: Settings["origins"][number]): OriginConfig {
  return {
    url: origin.url,
    ...(origin.host === undefined ? {} : { host: origin.host }),
    maxConnections: origin.maxConnections,
    verifyCertificate: origin.verifyCertificate,
    timeouts: {
      connect: formatDuration(origin.connectTimeout),
      firstByte: formatDuration(origin.firstByteTimeout),
      betweenBytes: formatDuration(origin.betweenBytesTimeout),
      total: formatDuration(origin.totalTimeout),
    },
  };
}
