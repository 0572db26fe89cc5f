import ipaddr from "ipaddr.js";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** Addresses that stand for every address of the machine. */
const EVERY_ADDRESS = ["0.0.0.0", "::"];

/**
 * Tells whether a value of `Host` may reach the admin API, on any port: the address listened on, a name of loopback, or
 * one of `hosts`. A page from elsewhere whose name was made to point here (DNS rebinding) comes under its own name.
 * That name is never an IP address, so each of them is accepted where every address is listened on.
 */
export function acceptedHosts(hostname: string, hosts: readonly string[]): (host: string) => boolean {
  const names = new Set([...LOOPBACK_NAMES, bracketed(hostname.toLowerCase()), ...hosts]);
  const takesAddresses = EVERY_ADDRESS.includes(hostname);
  return (host) => {
    const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d*)?$/.exec(host.toLowerCase())?.[1];
    return name !== undefined && (names.has(name) || (takesAddresses && isAddress(name)));
  };
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

function isAddress(name: string): boolean {
  if (name.startsWith("[")) return ipaddr.IPv6.isValid(name.slice(1, -1));
  return ipaddr.IPv4.isValidFourPartDecimal(name);
}
