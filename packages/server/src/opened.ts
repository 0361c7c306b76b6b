import type { Logger } from './logger.js';

/** A part that can be closed. */
export interface Closable {
  close(): Promise<void> | void;
}

/** What has been opened so far, to be closed in the reverse order. */
export interface Opened {
  add<T extends Closable>(part: T): T;
  /** Closes everything; one part that fails does not keep the others open. */
  closeAll(): Promise<void>;
}

export function createOpened(logger: Logger): Opened {
  const parts: Closable[] = [];
  return {
    add(part) {
      parts.push(part);
      return part;
    },
    async closeAll() {
      for (const part of parts.splice(0).reverse()) {
        try {
          await part.close();
        } catch (error) {
          logger.error({ error }, 'a part could not be closed');
        }
      }
    },
  };
}
