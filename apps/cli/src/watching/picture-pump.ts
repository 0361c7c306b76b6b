import type { DrawnPicture } from '../pictures/picture.js';

/** Draws pictures one at a time; of those that come meanwhile only the newest is drawn. */
export interface PicturePump {
  show(file: Uint8Array): void;
  /** Resolves when what was to be shown is shown. */
  drained(): Promise<void>;
}

/** `draw` never rejects; null means that there is nothing to show. */
export function createPicturePump(
  draw: (file: Uint8Array) => Promise<DrawnPicture | null>,
  shown: (picture: DrawnPicture) => void,
): PicturePump {
  let next: Uint8Array | null = null;
  let work: Promise<void> | null = null;

  const run = async () => {
    while (next !== null) {
      const file = next;
      next = null;
      const picture = await draw(file);
      if (picture !== null) shown(picture);
    }
    work = null;
  };

  return {
    show(file) {
      next = file;
      work ??= run();
    },
    async drained() {
      await work;
    },
  };
}
