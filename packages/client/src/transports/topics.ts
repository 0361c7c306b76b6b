import type { Subscription } from '../subscription.js';

/** Which subscription a socket's messages are for: by `ref` until it is answered, by topic from then on. */
export interface Topics {
  /** Notes a subscription that is asked for; returns its `ref`. */
  ask(subscription: Subscription): string;
  /** Takes what was asked under a `ref`, or null. */
  answer(ref: string | null): Subscription | null;
  /** From now on messages of the topic are for it. */
  stand(topic: string, subscription: Subscription): void;
  has(topic: string): boolean;
  of(topic: string): Iterable<Subscription>;
  /** Forgets a subscription; returns the topic that nobody follows any more, if that is so. */
  forget(subscription: Subscription): string | null;
}

/** Makes an empty register. */
export function createTopics(): Topics {
  const asked = new Map<string, Subscription>();
  const standing = new Map<string, Set<Subscription>>();
  let count = 0;
  return {
    ask(subscription) {
      count += 1;
      asked.set(String(count), subscription);
      return String(count);
    },
    answer(ref) {
      const subscription = asked.get(ref ?? '') ?? null;
      asked.delete(ref ?? '');
      return subscription;
    },
    stand(topic, subscription) {
      // Two ids of one job share a topic.
      const members = standing.get(topic) ?? new Set();
      standing.set(topic, members.add(subscription));
    },
    has: (topic) => standing.has(topic),
    of: (topic) => [...(standing.get(topic) ?? [])],
    forget(subscription) {
      for (const [ref, each] of asked) if (each === subscription) asked.delete(ref);
      for (const [topic, members] of standing) {
        if (!members.delete(subscription) || members.size > 0) continue;
        standing.delete(topic);
        return topic;
      }
      return null;
    },
  };
}
