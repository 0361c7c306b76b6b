import type { FileUrl, StreamEncoding } from '../../dialect.js';
import type { LevelKind } from '../../events.js';
import type { Snapshot } from '../../job.js';
import type { PollPage, ServerMessage, ServerMessageOf } from './messages.js';
import { outwardSnapshot } from './outward.js';
import { formatStamp } from './stamp.js';

/** What a stream over HTTP was asked for. */
export interface StreamRequest {
  fileUrl: FileUrl;
  levels: readonly LevelKind[];
  /** Whether the caller named a position to go on from. */
  resumed: boolean;
}

/**
 * Writes the native messages as Server-Sent Events (the event's name is the message's type) or as one page.
 * A stream opens with `snapshot`, after a reset with `reset`, and when it goes on from a position with nothing.
 */
export function createStreamEncoding({ fileUrl, levels, resumed }: StreamRequest): StreamEncoding {
  const outward = (snapshot: Snapshot | null) =>
    snapshot === null ? null : outwardSnapshot(snapshot, fileUrl, levels);
  return {
    opening({ topic, snapshot, position, reset }) {
      if (reset !== null)
        return [event({ type: 'reset', topic, reason: reset, snapshot: outward(snapshot), position })];
      if (resumed && snapshot === null) return [];
      return [event({ type: 'snapshot', topic, snapshot: outward(snapshot), position })];
    },
    eventName: (frame) => (frame.of === 'fact' ? 'event' : 'level'),
    page({ followed, frames, position, levelStamp }) {
      const page: PollPage = {
        topic: followed.topic,
        reset: followed.reset,
        snapshot: outward(followed.snapshot),
        messages: frames.flatMap(({ frame }) =>
          typeof frame === 'string' ? [JSON.parse(frame) as ServerMessage] : [],
        ),
        position,
        levelStamp: levelStamp === null ? null : formatStamp(levelStamp),
      };
      return page;
    },
  };
}

function event(message: ServerMessageOf<'snapshot' | 'reset'>): { event: string; data: string } {
  return { event: message.type, data: JSON.stringify(message) };
}
