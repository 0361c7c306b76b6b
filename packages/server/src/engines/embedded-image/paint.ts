import type { Json } from '@rendercast/protocol';
import { type Encoded, encode, encodePreview } from './encode.js';
import { baseSteps, type Order, parametersOf, totalSteps } from './order.js';
import type { Canvas } from './painting/canvas.js';
import { createPicture, type Picture } from './picture.js';

/** What a painter tells while working. */
export interface Audience {
  /** Throws when the work is to stop. Called every few tenths of a millisecond. */
  check(): void;
  stage(stage: 'base_model' | 'refiner_model', index: number, count: number, steps: number): Promise<void>;
  /** Steps done and steps in all, over both stages and all pictures; the fraction counts hand-overs too. */
  progress(step: number, steps: number, fraction: number): void;
  wantsPreview(): boolean;
  preview(bytes: Uint8Array, width: number, height: number): void;
  /** Hands one finished picture over; resolves when it is safe. */
  output(slot: number, file: Encoded, parameters: Record<string, Json>): Promise<void>;
}

/** Least time between two previews, in milliseconds: about 25 a second is what an eye can follow. */
const PREVIEW_GAP_MS = 40;

/**
 * Paints an order: first the base stage of all pictures, then, picture by picture, the refiner and the hand-over. In
 * between wait the half-size canvases (4 MB each at the largest size); what the painter has in mind weighs far more
 * and is drawn anew where there are several pictures.
 */
export async function paintOrder(order: Order, audience: Audience): Promise<void> {
  const pace = createPace(order, audience);
  const stages = order.refinerSteps > 0 ? 2 : 1;
  const waiting: Waiting[] = [];
  await audience.stage('base_model', 1, stages, totalSteps(order));
  for (let slot = 0; slot < order.count; slot++) {
    const picture = await createPicture(order, seedOf(order, slot), audience.check);
    await pace.show(picture, true);
    for (let step = 1; step <= baseSteps(order); step++) {
      audience.check();
      picture.baseStep(step);
      await pace.step(picture, step === baseSteps(order));
    }
    if (stages === 1) await handOver(order, slot, picture, audience, pace);
    else waiting.push(order.count === 1 ? { picture } : { canvas: picture.canvas() });
  }
  if (stages === 1) return;
  await audience.stage('refiner_model', 2, stages, totalSteps(order));
  for (const [slot, left] of waiting.entries()) {
    waiting[slot] = {};
    const picture = await takeUp(order, slot, left, audience);
    picture.beginRefining();
    for (let step = 1; step <= order.refinerSteps; step++) {
      audience.check();
      picture.refinerStep(step);
      await pace.step(picture, step === order.refinerSteps);
    }
    await handOver(order, slot, picture, audience, pace);
  }
}

/** What the base stage leaves for the refiner. */
interface Waiting {
  picture?: Picture;
  canvas?: Canvas;
}

async function takeUp(order: Order, slot: number, left: Waiting, audience: Audience): Promise<Picture> {
  if (left.picture) return left.picture;
  const picture = await createPicture(order, seedOf(order, slot), audience.check);
  if (left.canvas === undefined) return picture;
  const canvas = picture.canvas();
  canvas.data.set(left.canvas.data);
  if (left.canvas.relief !== null) canvas.relief?.set(left.canvas.relief);
  return picture;
}

async function handOver(order: Order, slot: number, picture: Picture, audience: Audience, pace: Pace): Promise<void> {
  picture.finish();
  audience.check();
  const seed = seedOf(order, slot);
  const parameters = parametersOf(order, seed, picture.understood);
  const file = await encode(picture.canvas(), order, seed, parameters);
  audience.check();
  await audience.output(slot, file, parameters);
  pace.handedOver();
}

/** Seeds count on from picture to picture and stay within 32 bits. */
function seedOf(order: Order, slot: number): number {
  return (order.seed + slot) % 4_294_967_296;
}

type Pace = ReturnType<typeof createPace>;

/** Counts steps and shows the canvas when somebody looks, not more often than an eye can follow. */
function createPace(order: Order, audience: Audience) {
  const steps = totalSteps(order);
  let done = 0;
  let handed = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  const tell = () => audience.progress(done, steps, (done + handed) / (steps + order.count));

  async function show(picture: Picture, always: boolean): Promise<void> {
    if (!audience.wantsPreview()) return;
    if (!always && performance.now() - shownAt < PREVIEW_GAP_MS) return;
    const { bytes, width, height } = await encodePreview(picture.canvas(), order);
    shownAt = performance.now();
    audience.preview(bytes, width, height);
  }
  return {
    show,
    async step(picture: Picture, always: boolean): Promise<void> {
      done++;
      tell();
      await show(picture, always);
    },
    handedOver(): void {
      handed++;
      tell();
    },
  };
}
