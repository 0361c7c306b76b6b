import type { Json } from '@rendercast/protocol';
import type { Scene } from '../prompt/composition.js';
import { readPrompt } from '../prompt/read-prompt.js';
import { createScene } from '../prompt/scene.js';
import type { Wishes } from '../prompt/wishes.js';
import type { Random } from '../random.js';

/** What a picture is asked to show. */
export interface Brief {
  prompt: string;
  negativePrompt: string;
  /** The style asked for beside the prompt; may be empty. */
  style: string;
  /** In pixels. */
  width: number;
  height: number;
  /** Decides everything that the words leave open. */
  random: Random;
}

/** A brief that was understood: the scene, and what was made of the words. */
export interface Composition {
  scene: Scene;
  /** Names of styles of painting, the one to use first; empty when none was asked for. */
  styles: readonly string[];
  /** What was understood, and what was not, to be kept with the picture. */
  understood: Record<string, Json>;
}

/** Reads the words and decides on everything that they leave open. Never fails, whatever the text. */
export function composeScene({ prompt, negativePrompt, style, width, height, random }: Brief): Composition {
  const wishes = readPrompt(prompt, negativePrompt, style);
  const scene = createScene(wishes, width, height, random);
  return { scene, styles: wishes.styles, understood: understoodOf(wishes, scene) };
}

function understoodOf(wishes: Wishes, scene: Scene): Record<string, Json> {
  return {
    time: scene.time,
    ground: scene.ground,
    ...(scene.weather === null ? {} : { weather: scene.weather }),
    subjects: wishes.subjects.map(({ what, colour, count }) => ({ what, colour, count })),
    sky: scene.sky.map(({ what, colour }) => ({ what, colour })),
    colours: wishes.colours,
    unknownWords: wishes.unknown.map(({ word }) => word),
    leftOut: [...wishes.unwanted].slice(0, 24),
  };
}
