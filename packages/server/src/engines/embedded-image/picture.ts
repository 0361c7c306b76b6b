import type { Json } from '@rendercast/protocol';
import { renderScene } from './drawing/render-scene.js';
import type { Order } from './order.js';
import { type Canvas, createCanvas, stretchCanvas } from './painting/canvas.js';
import { imagine, looseness, type Sight } from './painting/goal.js';
import { see } from './painting/manners/manner.js';
import { noiseCanvas } from './painting/noise.js';
import { blend, createPyramid, difference, type Raster, stretch } from './painting/raster.js';
import type { Stage } from './painting/stage.js';
import { openBaseStage, openRefinerStage } from './painting/stages.js';
import { STYLES, type Style } from './painting/styles.js';
import { finish } from './painting/surfaces/surface.js';
import type { Scene } from './prompt/composition.js';
import { createRandom, type Random } from './random.js';
import { composeScene } from './scene/compose.js';
import { readStart } from './start.js';

/** One picture in the making. */
export interface Picture {
  /** The canvas as it is now: half size in the base stage, full size from `beginRefining` on. */
  canvas(): Canvas;
  baseStep(index: number): void;
  /** Enlarges the canvas to full size. */
  beginRefining(): void;
  refinerStep(index: number): void;
  /** The last touch, at full size; call it once. */
  finish(): void;
  /** Root mean square distance of the canvas from what the prompt describes, 0..255. */
  error(): number;
  /** What was understood of the prompt. */
  understood: Record<string, Json>;
}

/**
 * Reads the prompt, draws the scene that the painter has in mind and prepares the noisy canvas.
 *
 * @param check called often while painting; it throws to stop.
 */
export async function createPicture(order: Order, seed: number, check: () => void): Promise<Picture> {
  const { width, height, steps, refinerSteps, init } = order;
  const random = createRandom(`picture ${seed}`);
  const { scene, styles, understood } = composeScene({ ...order, random: random.fork('scene') });
  const chosen = STYLES.find(({ name }) => name === styles[0]) ?? STYLES[0];
  const start = init === null ? null : await readStart(init, width, height);
  check();
  const sight = await render(scene, start, init?.strength ?? 1);
  check();
  // A start that is to be kept is neither graded nor drifted; from two thirds of the strength on it is, fully.
  const freedom = init === null ? 1 : Math.min(1, init.strength * 1.5);
  const style = heldBack(chosen, freedom);
  const loose = looseness(order.guidance) * freedom;
  const goalOf = (looseness: number) => aim(sight, start, { style, loose: looseness, freedom, random, check });
  const { goal, focus } = goalOf(loose);
  const half = goal.slice(1);
  const [small] = half;
  if (small === undefined) throw new Error('a picture of the least size can be halved');
  const firstStep = init === null ? 1 : steps - Math.max(1, Math.round(steps * init.strength)) + 1;
  const noise = noiseCanvas(small.width, small.height, random.fork('noise'));
  const first = start === null ? noise : blend(stretch(start, small.width, small.height), noise, init?.strength ?? 1);
  let canvas: Canvas = createCanvas(first, style.relief > 0);
  check();
  const focusAt = (u: number, v: number) => (focus[Math.floor(v * height) * width + Math.floor(u * width)] ?? 0) / 255;
  const shared = { style, loose, check, focusAt };
  const base = openBaseStage({ ...shared, canvas, goal: half, steps, random: random.fork('base') });
  let refiner: Stage | null = null;

  return {
    canvas: () => canvas,
    baseStep: (index) => base.step(index + firstStep - 1),
    beginRefining() {
      canvas = stretchCanvas(canvas, width, height);
      refiner = openRefinerStage({ ...shared, canvas, goal, steps: refinerSteps, random: random.fork('refiner') });
    },
    refinerStep: (index) => refiner?.step(index),
    finish() {
      if (canvas.width !== width || canvas.height !== height) canvas = stretchCanvas(canvas, width, height);
      finish({ canvas, style, strength: freedom, random: random.fork('surface'), check });
    },
    error() {
      const strict = goalOf(0).goal;
      return difference(canvas, (canvas.width === width ? strict[0] : strict[1]) ?? canvas);
    },
    understood: { style: style.name, ...understood },
  };
}

/** The less a painter may leave the start, the more exactly it is painted after. */
function heldBack(style: Style, freedom: number): Style {
  const towardsOne = (part: number) => 1 - (1 - part) * freedom;
  return { ...style, crispness: towardsOne(style.crispness), evenness: towardsOne(style.evenness) };
}

interface Aim {
  style: Style;
  loose: number;
  /** How far the painter may leave the picture to start from, 0..1. */
  freedom: number;
  random: Random;
  check: () => void;
}

/** What is painted: the scene as it is remembered, seen in the manner of the style; and its halvings. */
function aim(sight: Sight, start: Raster | null, { style, loose, freedom, random, check }: Aim) {
  const { picture, focus } = imagine(sight, loose, random.fork('goal'), check);
  const seen = see({ picture, focus, random: random.fork('manner'), check }, style);
  return { goal: createPyramid(start === null ? seen : blend(start, seen, freedom)), focus };
}

/** Draws the scene; over a given picture, its subjects come in as the strength grows and the backdrop fades in last. */
async function render(scene: Scene, start: Raster | null, strength: number): Promise<Sight> {
  const { backdrop, subjects } = await renderScene(scene);
  const picture = start === null ? backdrop : blend(start, backdrop, Math.max(0, strength * 2 - 1) ** 1.5);
  const presence = start === null ? 1 : Math.min(1, strength * 2);
  const focus = new Uint8Array(scene.width * scene.height);
  for (let pixel = 0; pixel < focus.length; pixel++) {
    const cover = (subjects.data[pixel * 4 + 3] ?? 0) * presence;
    if (cover === 0) continue;
    focus[pixel] = cover;
    for (let c = 0; c < 3; c++) {
      const value = picture.data[pixel * 3 + c] ?? 0;
      picture.data[pixel * 3 + c] = value + ((subjects.data[pixel * 4 + c] ?? 0) - value) * (cover / 255) + 0.5;
    }
  }
  return { picture, focus };
}
