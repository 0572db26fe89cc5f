import ipaddr from "ipaddr.js";

type Block = ReturnType<typeof ipaddr.parseCIDR>;

const MAX_KNOWN_ADDRESSES = 1024;

/** Tells whether an address lies in one of the CIDR blocks. An address that cannot be read is never trusted. */
export function trustedProxies(cidrs: readonly string[]): (address: string | undefined) => boolean {
  const blocks = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  const known = new Map<string, boolean>();
  return (address) => {
    if (address === undefined) return false;
    let trusted = known.get(address);
    if (trusted === undefined) {
      trusted = isInside(address, blocks);
      if (known.size >= MAX_KNOWN_ADDRESSES) known.clear();
      known.set(address, trusted);
    }
    return trusted;
  };
}

function isInside(address: string, blocks: readonly Block[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return blocks.some((block) => block[0].kind() === parsed.kind() && parsed.match(block));
}
