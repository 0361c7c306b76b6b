import { isTerminal } from '@rendercast/protocol';
import type { KeptLevels } from '../kept-levels.js';
import type { Listeners } from '../listeners.js';
import { decodeFrame, senderOf } from './frame.js';
import { isFeedChannel } from './names.js';

/** Takes what comes in: hands it on to listeners, or counts it as garbage. */
export interface Receiver {
  message(channel: Buffer, bytes: Buffer): void;
  /** Messages that made no sense, since the start. */
  garbage(): number;
}

interface ReceiverOptions {
  /** Eight bytes that this process's own messages carry: those were heard when they were published. */
  sender: Buffer;
  listeners: Listeners;
  kept: KeptLevels;
  own: Set<string>;
  /** Told when another process begins to want previews of a job. */
  wished(jobId: string): void;
}

export function createReceiver({ sender, listeners, kept, own, wished }: ReceiverOptions): Receiver {
  const self = sender.toString('latin1');
  let garbage = 0;
  return {
    garbage: () => garbage,
    message(channel, bytes) {
      if (senderOf(bytes) === self) return;
      const frame = decodeFrame(bytes);
      if (frame === null) garbage += 1;
      else if (frame.kind === 'look') listeners.missed(frame.jobId);
      else if (frame.kind === 'wish') wished(frame.jobId);
      else if (frame.kind === 'facts') {
        // Who listens to a job and who listens to everything each have their channel.
        listeners.facts(frame.jobId, frame.logged, isFeedChannel(channel) ? 'all' : 'job');
        if (!frame.logged.some(({ fact }) => isTerminal(fact))) return;
        kept.forget(frame.jobId);
        own.delete(frame.jobId);
      } else if (kept.keep(frame.carried)) {
        // The other channel's copy is no news any more: whichever comes first is for all.
        listeners.level(frame.carried, 'both');
      }
    },
  };
}
