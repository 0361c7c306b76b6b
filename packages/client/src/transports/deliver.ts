import type { ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import type { Subscription } from '../subscription.js';
import { snapshotOf } from '../wire.js';

/** Hands a message to the subscription that it is for. */
export function deliver(message: ServerMessage, subscription: Subscription): void {
  switch (message.type) {
    case 'event':
      return subscription.event(message);
    case 'level':
      return subscription.level(message.jobId, message.level, null);
    case 'reset':
      return subscription.reset(message.reason, snapshotOf(message.snapshot), message.position);
    case 'snapshot':
    case 'subscribed':
      return subscription.opened(snapshotOf(message.snapshot), message.position);
    default: // about the connection, or what a newer server may say
  }
}
