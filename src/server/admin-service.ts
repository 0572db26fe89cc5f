import { adminApp } from "../admin/admin-app.ts";
import type { AdminPorts } from "../admin/admin-ports.ts";
import type { AdminSettings, Settings } from "../config/settings.ts";
import { systemClock } from "../time/clock.ts";
import type { Listener, Runtime } from "./runtime.ts";

/** What the admin API takes from around it. */
export type AdminParts = Pick<AdminPorts, "engine" | "origins" | "version" | "isStopping"> & {
  readonly token: string;
  readonly limits: Settings["limits"];
};

/** More than any request may hold: the app itself says what is too large, in the form of its other errors. */
const MAX_BODY_BYTES = 1024 ** 3;

/** Opens the listener of the admin API. @throws {ListenError} */
export function openAdmin(settings: AdminSettings, runtime: Runtime, parts: AdminParts): Promise<Listener> {
  const { listen: { hostname, port }, hosts } = settings;
  const onFault = (error: unknown) => runtime.writeError(`lacquer: unexpected error: ${faultText(error)}\n`);
  const app = adminApp({ ...parts, hostname, hosts, clock: systemClock, onFault });
  const limits = { ...parts.limits, maxBodyBytes: MAX_BODY_BYTES };
  return runtime.listen({ hostname, port, limits }, (request, { address }) => app.fetch(request, { address }));
}

function faultText(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}
