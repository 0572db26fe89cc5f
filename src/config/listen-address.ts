import ipaddr from "ipaddr.js";

/** Where a listener is opened. */
export interface ListenAddress {
  /** Host name or IP address; IPv6 without brackets. */
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** What a message says is accepted where a listening address is meant. */
export const LISTEN_FORM =
  'HOST:PORT such as "127.0.0.1:8080" or "[::1]:8080" ("0.0.0.0:8080" for every interface, port 0 for any free port)';

/** Reads `HOST:PORT`; the host is never left out, so that nobody listens on every interface by accident. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, ipv6, name, digits] = match;
  const port = Number(digits);
  const hostname = ipv6 ?? name ?? "";
  if (port > 65_535 || !(ipv6 === undefined ? isHostname(hostname) : ipaddr.IPv6.isValid(hostname))) return undefined;
  return { hostname, port };
}

/** Writes an address as `parseListenAddress()` reads it and as it stands in a URL. */
export function formatListenAddress(address: ListenAddress): string {
  const host = address.hostname.includes(":") ? `[${address.hostname}]` : address.hostname;
  return `${host}:${address.port}`;
}

function isHostname(name: string): boolean {
  if (/^[\d.]+$/.test(name)) return ipaddr.IPv4.isValidFourPartDecimal(name);
  return name.split(".").every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(label));
}
