/** `address` in its shortest common form: an IPv4-mapped IPv6 address is given as IPv4 (RFC 4291 §2.5.5.2). */
export function peerAddress(address: string | undefined): string {
  if (address === undefined) return "";
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
