import type { Json } from '@rendercast/protocol';
import type { Scene } from '../prompt/composition.js';
import { readPrompt } from '../prompt/read-prompt.js';
import type { Wishes } from '../prompt/wishes.js';
import type { Random } from '../random.js';
import { captionOf } from './caption.js';
import { createScene } from './create-scene.js';

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
  /** The scene in words, as a prompt that asks for it. */
  caption: string;
  /** What was understood, and what was not, to be kept with the picture. */
  understood: Record<string, Json>;
}

/** Words and things that are told of one kind; prompts may hold many more. */
const MOST_TOLD = 24;

/** Reads the words and decides on everything that they leave open. Never fails, whatever the text. */
export function composeScene({ prompt, negativePrompt, style, width, height, random }: Brief): Composition {
  const wishes = readPrompt(prompt, negativePrompt, style);
  const scene = createScene(wishes, width, height, random);
  const caption = captionOf(scene);
  return { scene, styles: wishes.styles, caption, understood: understoodOf(wishes, scene, caption) };
}

function understoodOf(wishes: Wishes, scene: Scene, caption: string): Record<string, Json> {
  const { subjects, relations } = wishes;
  return {
    caption,
    time: scene.time,
    ground: scene.ground,
    ...(scene.backdrop === null ? {} : { backdrop: scene.backdrop }),
    ...(scene.season === null ? {} : { season: scene.season }),
    ...(scene.weather === null ? {} : { weather: scene.weather }),
    subjects: subjects.map(({ what, colour, count }) => ({ what, colour, count })),
    ...(relations.length === 0
      ? {}
      : {
          relations: relations.map(({ from, kind, to }) => [
            subjects[from]?.what ?? '',
            kind,
            subjects[to]?.what ?? '',
          ]),
        }),
    sky: scene.sky.map(({ what, colour }) => ({ what, colour })),
    colours: wishes.colours.slice(0, MOST_TOLD),
    art: scene.art,
    ...(wishes.readAs.length === 0
      ? {}
      : { readAs: Object.fromEntries(wishes.readAs.map(({ word, as }) => [word, as])) }),
    unknownWords: wishes.unknown.map(({ word }) => word),
    leftOut: [...wishes.unwanted].slice(0, MOST_TOLD),
  };
}
