import type { Subscription } from '../subscription.js';

/** Which subscription a socket's messages are for: by `ref` until it is answered, by topic from then on. */
export interface Topics {
  /** Notes a subscription that is asked for; returns its `ref`. */
  ask(subscription: Subscription): string;
  /** Takes what was asked under a `ref`, or null. */
  answer(ref: string | null): Subscription | null;
  /** From now on messages of the topic are for it. */
  stand(topic: string, subscription: Subscription): void;
  of(topic: string): Subscription[];
  /** Forgets a subscription; returns its topic if nobody follows that any more. */
  forget(subscription: Subscription): string | null;
}

/** Makes an empty register. */
export function createTopics(): Topics {
  const asked = new Map<string | null, Subscription>();
  const standing = new Map<string, Set<Subscription>>();
  let count = 0;
  return {
    ask(subscription) {
      count += 1;
      const ref = `${count}`;
      asked.set(ref, subscription);
      return ref;
    },
    answer(ref) {
      const subscription = asked.get(ref) ?? null;
      asked.delete(ref);
      return subscription;
    },
    stand: (topic, subscription) => void standing.set(topic, (standing.get(topic) ?? new Set()).add(subscription)),
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
