import { createHash } from 'node:crypto';
import type { ImageRequest, Input } from '@rendercast/protocol';
import sharp from 'sharp';
import { type EngineContext, EngineError } from '../engine.js';
import type { ServerApi } from './server-api.js';

/** An input as a graph names it. */
export interface UploadedInput extends Input {
  /** Name for `LoadImage`. */
  file: string;
}

/** The inputs of a request, uploaded, and the size that comes out. */
export interface PreparedInputs {
  inputs: readonly UploadedInput[];
  width: number;
  height: number;
}

/** More pixels than this are refused before they are unpacked. */
const MAX_PIXELS = 100_000_000;

/**
 * Brings the inputs of a request to the size of the result, all in the same way, so that a mask stays over its picture, and
 * uploads them under names made of their bytes: the same input twice is one file there.
 *
 * @throws EngineError `invalid_field` for what is no picture
 */
export async function prepareInputs(
  request: ImageRequest,
  usualPx: number,
  context: EngineContext,
  api: ServerApi,
): Promise<PreparedInputs> {
  const given = request.inputs ?? [];
  const files = await Promise.all(given.map(async ({ artifactId }) => (await context.input(artifactId)).bytes));
  const first = given.findIndex(({ role }) => role === 'init');
  const own = first < 0 ? null : await sizeOf(files[first]);
  const width = inEights(request.width ?? own?.width ?? usualPx);
  const height = inEights(request.height ?? own?.height ?? usualPx);
  const inputs: UploadedInput[] = [];
  for (const [index, input] of given.entries()) {
    const bytes = await fitted(files[index], width, height, input.role === 'mask');
    const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.png`;
    inputs.push({ ...input, file: await api.upload(name, bytes, context.signal) });
  }
  return { inputs, width, height };
}

/** Latents are an eighth of the picture. */
const inEights = (px: number) => Math.max(64, Math.floor(px / 8) * 8);

async function sizeOf(bytes: Uint8Array | undefined): Promise<{ width: number; height: number }> {
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: MAX_PIXELS }).metadata();
    return autoOrient;
  } catch (cause) {
    throw noPicture(cause);
  }
}

async function fitted(bytes: Uint8Array | undefined, width: number, height: number, isMask: boolean): Promise<Buffer> {
  try {
    const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: isMask ? '#000' : '#fff' });
    return await (isMask ? picture.grayscale() : picture).toColourspace('srgb').png({ compressionLevel: 3 }).toBuffer();
  } catch (cause) {
    throw noPicture(cause);
  }
}

const noPicture = (cause: unknown) =>
  new EngineError('invalid_field', 'An input of the request is no picture that can be read.', {
    retryable: false,
    cause,
  });
