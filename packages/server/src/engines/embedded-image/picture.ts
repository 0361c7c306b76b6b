import type { Json } from '@rendercast/protocol';
import sharp from 'sharp';
import { EngineError } from '../engine.js';
import { renderScene } from './drawing/render-scene.js';
import type { Order } from './order.js';
import { createBaseStage } from './painting/base-stage.js';
import { finish } from './painting/finish.js';
import { imagine, looseness } from './painting/goal.js';
import { grade } from './painting/grade.js';
import { noiseCanvas } from './painting/noise.js';
import { createPyramid, difference, type Raster, stretch } from './painting/raster.js';
import { createRefinerStage } from './painting/refiner-stage.js';
import { STYLES } from './painting/styles.js';
import type { Scene } from './prompt/composition.js';
import { createRandom } from './random.js';
import { composeScene } from './scene/compose.js';

/** One picture in the making. */
export interface Picture {
  /** The canvas as it is now: half size in the base stage, full size from `beginRefining` on. */
  canvas(): Raster;
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
  const style = STYLES.find(({ name }) => name === styles[0]) ?? STYLES[0];
  const start = await readStart(init, width, height);
  check();
  const drawn = grade(await render(scene, start, init?.strength ?? 1), style.grade);
  check();
  // A start that is to be kept is neither graded nor drifted; from two thirds of the strength on it is, fully.
  const freedom = init === null ? 1 : Math.min(1, init.strength * 1.5);
  const target = start === null ? drawn : blend(start, drawn, freedom);
  const loose = looseness(order.guidance) * freedom;
  const goal = createPyramid(imagine(target, loose, random.fork('goal')));
  const half = goal.slice(1);
  const [small] = half;
  if (small === undefined) throw new Error('a picture of the least size can be halved');
  const firstStep = init === null ? 1 : steps - Math.max(1, Math.round(steps * init.strength)) + 1;
  const noise = noiseCanvas(small.width, small.height, random.fork('noise'));
  let canvas = start === null ? noise : blend(stretch(start, small.width, small.height), noise, init?.strength ?? 1);
  check();
  const shared = { style, loose, check };
  const base = createBaseStage({ ...shared, canvas, goal: half, steps, random: random.fork('base') });
  let refiner: ReturnType<typeof createRefinerStage> | null = null;

  return {
    canvas: () => canvas,
    baseStep: (index) => base.step(index + firstStep - 1),
    beginRefining() {
      canvas = stretch(canvas, width, height);
      refiner = createRefinerStage({ ...shared, canvas, goal, steps: refinerSteps, random: random.fork('refiner') });
    },
    refinerStep: (index) => refiner?.step(index),
    finish() {
      if (canvas.width !== width || canvas.height !== height) canvas = stretch(canvas, width, height);
      finish(canvas, style, freedom);
    },
    error: () => difference(canvas, canvas.width === width ? target : (createPyramid(target)[1] ?? target)),
    understood: { style: style.name, ...understood },
  };
}

/** Draws the scene; over a given picture, its subjects come in as the strength grows and the backdrop fades in last. */
async function render(scene: Scene, start: Raster | null, strength: number): Promise<Raster> {
  const { backdrop, subjects } = await renderScene(scene);
  const { width, height } = scene;
  const under = start === null ? backdrop : blend(start, backdrop, Math.max(0, strength * 2 - 1) ** 1.5);
  const presence = start === null ? 1 : Math.min(1, strength * 2);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = ((subjects.data[pixel * 4 + 3] ?? 0) / 255) * presence;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++) {
      const value = under.data[pixel * 3 + c] ?? 0;
      under.data[pixel * 3 + c] = value + ((subjects.data[pixel * 4 + c] ?? 0) - value) * alpha + 0.5;
    }
  }
  return under;
}

/** The picture to start from. Throws `unsupported_request` when it cannot be read. */
async function readStart(init: Order['init'], width: number, height: number): Promise<Raster | null> {
  if (init === null) return null;
  try {
    return await readPicture(init.bytes, width, height);
  } catch (cause) {
    throw new EngineError('unsupported_request', 'The input is not a picture that this engine can read.', {
      retryable: false,
      cause,
    });
  }
}

/** Decodes any picture that sharp reads, upright, cut to fill the size. */
async function readPicture(bytes: Uint8Array, width: number, height: number): Promise<Raster> {
  const data = await sharp(bytes, { limitInputPixels: 64_000_000 })
    .autoOrient()
    .resize(width, height, { fit: 'cover' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function blend(first: Raster, second: Raster, part: number): Raster {
  const data = first.data.map((value, index) => value + ((second.data[index] ?? 0) - value) * part + 0.5);
  return { width: first.width, height: first.height, data };
}
