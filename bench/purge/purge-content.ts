import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import type { StormOrder } from "./storm-order.ts";

type Items = Pick<StormOrder, "name" | "items" | "perRequest">;

/** The n-th request of a storm: its items name what none before has named, and nothing that is stored. */
export function purgeContent({ name, items, perRequest }: Items, n: number): PurgeRequest {
  const names = Array.from({ length: perRequest }, (_, index) => `${name}-${n * perRequest + index}`);
  if (items === "tags") return { tags: names };
  return { bans: names.map((one) => ({ where: [{ field: "path", prefix: `/${one}/` }] })) };
}

/** It as bytes for a connection. */
export function purgeBytes(order: StormOrder, n: number): string {
  const content = JSON.stringify(purgeContent(order, n));
  return [
    "POST /v1/purge HTTP/1.1",
    `Host: 127.0.0.1:${order.port}`,
    `Authorization: Bearer ${order.token}`,
    "Content-Type: application/json",
    `Content-Length: ${content.length}`,
    "",
    content,
  ].join("\r\n");
}
