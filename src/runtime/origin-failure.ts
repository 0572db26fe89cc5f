import type { OriginFailure } from "../origin/origin-error.ts";
import type { ConnectionError } from "./origin-connector.ts";

/** How far an exchange had come when it failed. */
export type ExchangeStage =
  | "connecting"
  | "waiting" // the request is being sent, no byte of a response has arrived
  | "head" // a response has begun
  | "body"; // its header section is complete

/** What an error raised by undici or by a socket means at that stage. */
export function failureOf(error: ConnectionError, stage: ExchangeStage): OriginFailure {
  const code = error.code ?? "";
  if (code === "UND_ERR_CLOSED" || code === "UND_ERR_DESTROYED") return "aborted";
  if (code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") return "request-body";
  if (stage === "connecting") return isConnectTimeout(code) ? "connect-timeout" : "connect";
  if (isMalformed(error, code, stage)) return "malformed-response";
  if (isCutShort(error, code, stage)) return "truncated";
  return "reset";
}

/** The caller handed over something that cannot be written as a request. */
export function isCallerMistake(error: ConnectionError): boolean {
  return error.code === "UND_ERR_INVALID_ARG" || error.code === "UND_ERR_NOT_SUPPORTED";
}

function isConnectTimeout(code: string): boolean {
  return code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT";
}

function isMalformed(error: Error, code: string, stage: ExchangeStage): boolean {
  if (error.name === "HTTPParserError") return !isUnfinished(error);
  if (code === "UND_ERR_HEADERS_OVERFLOW") return true;
  // undici reports any bad header section that holds a Content-Length as a mismatch of lengths.
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return stage !== "body";
  // A 100 or an upgrade that nobody asked for, or bytes that belong to no request.
  return code === "UND_ERR_SOCKET" && error.message.startsWith("bad ");
}

/** A response that had begun and then just ended. A reset in the header section counts: it was no silent refusal. */
function isCutShort(error: Error, code: string, stage: ExchangeStage): boolean {
  if (stage !== "body") return stage === "head";
  return code === "UND_ERR_SOCKET" || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || isUnfinished(error);
}

/** The connection ended inside a message. The parser has no code for it: undici looks its codes up the wrong way. */
function isUnfinished(error: Error): boolean {
  return error.name === "HTTPParserError" && error.message.includes("Invalid EOF state");
}
