/** What a request is for. */
export type Verb = 'put' | 'get' | 'head' | 'delete' | 'list' | 'begin' | 'part' | 'finish' | 'drop' | 'uploads';

/** A bad day, as asked for. */
export interface Manner {
  /** Requests that it happens to. Default: all. */
  on?: Verb;
  /** How often, in turn with good ones not counted. Default: once. */
  times?: number;
  /** Where in the body, in bytes, for those that need a place. */
  atBytes?: number;
  do: BadDeed;
}

export type BadDeed =
  /** 503, with `retry-after` if `atBytes` says so (in seconds). */
  | 'slow-down'
  | 'internal-error'
  | 'access-denied'
  /** The connection is cut before anything happens. */
  | 'cut'
  /** The connection is cut while the body of the request comes in. */
  | 'cut-upload'
  /** Everything is done, and the connection is cut instead of an answer. */
  | 'lose-answer'
  /** The connection is cut in the body of the answer. */
  | 'cut-download'
  /** Nothing is said any more: at once, or in the body of the answer. */
  | 'stall'
  | 'stall-download'
  /** An answer to a range that is whole, well-formed and shorter than asked for. */
  | 'short-range'
  | 'ignore-range'
  /** A byte of the request is changed on its way. */
  | 'damage'
  | 'wrong-etag'
  /** A part is taken, acknowledged and not kept. */
  | 'lose-part'
  /** An error in the body of a 200, as it happens at the end of an upload. */
  | 'error-in-200'
  /** An object is kept by half. */
  | 'keep-half'
  /** An object that is there is not shown. */
  | 'hide'
  | 'not-implemented'
  /** Answers what no S3 does. */
  | 'web-page';

/** The bad days to come. */
export interface Manners {
  set(manners: readonly Manner[]): void;
  /** What happens to a request; null: nothing bad. */
  next(verb: Verb): Manner | null;
}

export function createManners(): Manners {
  let waiting: { manner: Manner; left: number }[] = [];
  return {
    set(manners) {
      waiting = manners.map((manner) => ({ manner, left: manner.times ?? 1 }));
    },
    next(verb) {
      const found = waiting.find(({ manner, left }) => left > 0 && (manner.on === undefined || manner.on === verb));
      if (found === undefined) return null;
      found.left -= 1;
      return found.manner;
    },
  };
}
