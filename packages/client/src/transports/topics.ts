import type { Subscription } from '../subscription.js';

/**
 * Which subscription a socket's messages are for: by `ref` until it is answered, by topic from then on. The server has
 * one stream for a topic, whoever asked for it and however often, and only its answer says which topic that is.
 */
export interface Topics {
  /** Notes a subscription that is asked for; returns its `ref`. */
  ask(subscription: Subscription): string;
  /** Takes what was asked under a `ref`, or null: it was forgotten meanwhile, or nobody asked. */
  answer(ref: string | null): Subscription | null;
  /** The topic stands. From now on its messages are for the subscription, if there is one. */
  stand(topic: string, subscription: Subscription | null): void;
  of(topic: string): Subscription[];
  forget(subscription: Subscription): void;
  /**
   * Takes the topics that stand for nobody, so that they can be ended. None while an answer is awaited: it may be for
   * the same topic, whose new stream would end with the old one.
   */
  takeIdle(): string[];
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
    stand(topic, subscription) {
      const members = standing.get(topic) ?? new Set();
      standing.set(topic, subscription === null ? members : members.add(subscription));
    },
    of: (topic) => [...(standing.get(topic) ?? [])],
    forget(subscription) {
      for (const [ref, each] of asked) if (each === subscription) asked.delete(ref);
      for (const members of standing.values()) members.delete(subscription);
    },
    takeIdle() {
      if (asked.size > 0) return [];
      const idle = [...standing.keys()].filter((topic) => standing.get(topic)?.size === 0);
      for (const topic of idle) standing.delete(topic);
      return idle;
    },
  };
}
