import type { ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import type { Subscription } from '../subscription.js';
import { errorOfMessage, snapshotOf } from '../wire.js';
import type { LinkHooks } from './link.js';

/** Hands a message that came on a subscription's own stream to whom it concerns. */
export function deliver(message: ServerMessage, subscription: Subscription, hooks: LinkHooks): void {
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
    case 'error':
      return hooks.refused(subscription, errorOfMessage(message.error));
    case 'draining':
      return hooks.draining(message.retryAfterMs);
    default: // greetings, and what a newer server may say
  }
}
