import type { OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import { originResponse, type ScriptedProxy, settled } from "./scripted-proxy.ts";

/** A request at an origin that answers only when told to. */
export interface HeldRequest {
  readonly request: OriginRequest;
  /** Value of a field that it was sent with. */
  field(name: string): string | undefined;
  /** Answers it, and lets follow what follows. */
  reply(body: string, fields?: Record<string, string>, status?: number): Promise<void>;
  respond(response: OriginResponse): Promise<void>;
  fail(failure: OriginFailure): Promise<void>;
}

/** All requests that reach the origin of a proxy from now on, in order, each to be answered by the test. */
export function holdOrigin(proxy: ScriptedProxy): readonly HeldRequest[] {
  const held: HeldRequest[] = [];
  proxy.origin.respond((request) => {
    const { promise, resolve, reject } = Promise.withResolvers<OriginResponse>();
    const respond = (response: OriginResponse) => {
      resolve(response);
      return settled();
    };
    held.push({
      request,
      field: (name) => request.fields.find(([found]) => found === name)?.[1],
      reply: (body, fields, status) => respond(originResponse(body, fields, status)),
      respond,
      fail: (failure) => {
        reject(new OriginError("scripted", failure));
        return settled();
      },
    });
    return promise;
  });
  return held;
}
