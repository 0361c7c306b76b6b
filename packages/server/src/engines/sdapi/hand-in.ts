import type { ImageRequest, Json } from '@rendercast/protocol';
import { type EngineContext, EngineError } from '../engine.js';
import { fromBase64, readPicture } from './pictures.js';
import type { Composed } from './request-body.js';
import { isRightModel, type Made, modelDiffers } from './verdict.js';

/**
 * Hands in the pictures of an answer. Forge appends pictures that nobody asked for, and some servers put a sheet of all in
 * front: only those that were asked for count.
 *
 * @throws EngineError when a picture is missing or cannot be read, or another model made it; nothing is handed in then
 */
export async function handIn(
  made: Made,
  composed: Composed,
  request: ImageRequest,
  seed: number,
  context: EngineContext,
): Promise<void> {
  const { info } = made;
  const right = composed.model === null ? null : isRightModel(composed.model, info);
  if (right === false) throw modelDiffers();
  const first = made.images.length > composed.count ? (info?.index_of_first_image ?? 0) : 0;
  const images = made.images.slice(first, first + composed.count);
  // Faults of a control image are swallowed: a picture comes all the same, without it. A missing map betrays it.
  const maps = made.images.length - first - images.length;
  if (images.length < composed.count) {
    throw new EngineError('engine_failed', 'The server made fewer pictures than were asked for.', { retryable: true });
  }
  const pictures = await Promise.all(images.map((image) => readPicture(fromBase64(image), request.format ?? null)));
  if (pictures.includes(null)) {
    throw new EngineError('engine_failed', 'The server sent something that is no picture.', { retryable: true });
  }
  for (const [slot, picture] of pictures.entries()) {
    if (picture === null) continue;
    context.signal.throwIfAborted();
    const parameters: Record<string, Json> = {
      seed: info?.all_seeds?.[slot] ?? seed + slot,
      ...known('steps', info?.steps ?? composed.body.steps),
      ...known('sampler', info?.sampler_name),
      ...known('guidance', info?.cfg_scale),
      ...known('model', composed.model?.model_name ?? info?.sd_model_name),
      ...known('modelHash', info?.sd_model_hash),
      ...(composed.model === null ? {} : { modelVerified: right === true }),
      ...(composed.controls === 0 ? {} : { controlVerified: maps >= composed.controls }),
    };
    const { mediaType, bytes: body, width, height, ending } = picture;
    await context.output({ slot, mediaType, body, width, height, name: `picture-${slot + 1}.${ending}`, parameters });
  }
}

const known = (name: string, value: Json | undefined): Record<string, Json> =>
  value === undefined || value === null || value === '' ? {} : { [name]: value };
