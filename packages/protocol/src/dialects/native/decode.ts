import { decodeFrame } from '../../frame.js';
import type { PreviewHeader, ServerMessage } from './messages.js';

export type { PreviewHeader, ServerMessage };

/**
 * Reading the native protocol without a validation library, for small clients. A message is taken when the
 * fields that a reader builds on have their types; fields that it does not know are left alone, so that a
 * newer server can be read by an older client.
 */

type Fields = Record<string, unknown>;

/**
 * Reads a text message of the server (a socket's frame, or the data of an SSE event). Null for anything that
 * is not a message, and for types and kinds of level that this build does not know: both are to be ignored.
 */
export function decodeServerMessage(text: string): ServerMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isServerMessage(value) ? value : null;
}

/** Whether a parsed value is a message of the server, as in the `messages` of a long-poll page. */
export function isServerMessage(value: unknown): value is ServerMessage {
  if (!isFields(value) || typeof value.type !== 'string' || !Object.hasOwn(CHECKS, value.type)) return false;
  return CHECKS[value.type as ServerMessage['type']](value);
}

/** A picture that came as a binary frame. */
export interface DecodedPreview {
  header: PreviewHeader;
  picture: Uint8Array;
}

/** Reads a binary frame; null when it is none that this build knows. The picture shares memory with the input. */
export function decodePreview(bytes: Uint8Array): DecodedPreview | null {
  const frame = decodeFrame(bytes);
  if (frame === null || !isPreviewHeader(frame.header)) return null;
  return { header: frame.header, picture: frame.body };
}

const LEVEL_KINDS: ReadonlySet<unknown> = new Set(['progress', 'preview', 'place']);

const CHECKS: { [T in ServerMessage['type']]: (message: Fields) => boolean } = {
  welcome: (m) => isText(m.connectionId) && isText(m.epoch) && isNumber(m.heartbeatMs),
  subscribed: (m) => isText(m.topic) && isText(m.position) && isTextOrNull(m.ref) && isSnapshotOrNull(m.snapshot),
  event: (m) => isText(m.topic) && isText(m.jobId) && isText(m.position) && isText(m.cursor) && isFact(m.fact),
  level: (m) => isText(m.topic) && isText(m.jobId) && isLevel(m.level),
  reset: (m) => isText(m.topic) && isText(m.position) && isText(m.reason) && isSnapshotOrNull(m.snapshot),
  snapshot: (m) => isText(m.topic) && isText(m.position) && isSnapshotOrNull(m.snapshot),
  error: (m) => isTextOrNull(m.ref) && isErrorBody(m.error),
  pong: (m) => isTextOrNull(m.ref),
  draining: (m) => isNumber(m.retryAfterMs),
};

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isFact(value: unknown): boolean {
  return isFields(value) && isText(value.type) && isText(value.jobId) && isNumber(value.seq) && isText(value.at);
}

function isLevel(value: unknown): boolean {
  if (!isFields(value) || !LEVEL_KINDS.has(value.kind)) return false;
  return isNumber(value.attempt) && isNumber(value.after) && isNumber(value.tick);
}

function isSnapshotOrNull(value: unknown): boolean {
  if (value === null) return true;
  if (!isFields(value) || !isText(value.position) || !isFields(value.levels) || !isFields(value.job)) return false;
  const { id, state, seq, outputs } = value.job;
  return isText(id) && isText(state) && isNumber(seq) && Array.isArray(outputs);
}

function isErrorBody(value: unknown): boolean {
  return isFields(value) && isText(value.code) && isText(value.message) && typeof value.retryable === 'boolean';
}

function isPreviewHeader(value: unknown): value is PreviewHeader {
  return (
    isFields(value) && value.type === 'preview' && isText(value.topic) && isText(value.jobId) && isLevel(value.level)
  );
}
