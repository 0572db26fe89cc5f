import ipaddr from "ipaddr.js";
import { remembered } from "../http/remembered.ts";

type Block = ReturnType<typeof ipaddr.parseCIDR>;

const MAX_KNOWN_ADDRESSES = 1024;

/** Tells whether an address lies in one of the CIDR blocks. An address that cannot be read is never trusted. */
export function trustedProxies(cidrs: readonly string[]): (address: string | undefined) => boolean {
  const blocks = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  const isTrusted = remembered(MAX_KNOWN_ADDRESSES, (address) => isInside(address, blocks));
  return (address) => address !== undefined && isTrusted(address);
}

function isInside(address: string, blocks: readonly Block[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return blocks.some((block) => block[0].kind() === parsed.kind() && parsed.match(block));
}
