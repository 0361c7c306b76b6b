import type { PollPage, ServerMessageOf } from '@rendercast/protocol/dialects/native/messages';
import type { Snapshot } from '@rendercast/protocol/job';
import { type ErrorBody, fromErrorBody, type RendercastError } from '@rendercast/protocol/rendercast-error';

/** A snapshot as messages carry it: its levels are under their own kinds, which the schema's type does not say. */
export function snapshotOf(wire: PollPage['snapshot']): Snapshot | null {
  return wire as Snapshot | null;
}

/** An error as messages carry it; a code of a newer server reads as `internal`. */
export function errorOfMessage(wire: ServerMessageOf<'error'>['error']): RendercastError {
  return fromErrorBody(wire as ErrorBody);
}
