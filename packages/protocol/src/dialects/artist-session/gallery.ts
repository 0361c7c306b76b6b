import * as z from 'zod';
import type { FileUrl } from '../../dialect.js';
import type { Job } from '../../job.js';
import type { Artifact, ImageRequest, Json } from '../../media.js';
import { shownId } from '../../shown-id.js';

/** Where the images lie, as pages know it. */
export const FILES = '/api/images/file';

/** An image of the gallery. */
export const entrySchema = z
  .object({
    path: z.string(),
    filename: z.string(),
    prompt: z.string(),
    created_at: z.string(),
    featured: z.boolean(),
    metadata: z.record(z.string(), z.unknown()),
    thumbnail_url: z.string(),
    full_url: z.string(),
  })
  .meta({ id: 'ArtistSessionImage' });
export type Entry = z.infer<typeof entrySchema>;

/** As much of an image as its name is made from. */
type Named = Pick<Artifact, 'id' | 'mediaType'>;

const ENDINGS: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' };

/** The name of an image's file. */
export function nameOf({ id, mediaType }: Named): string {
  return `${id}.${ENDINGS[mediaType] ?? 'bin'}`;
}

/** The address of an image, signed where keys are configured. */
export function pathOf(image: Named, fileUrl: FileUrl): string {
  return fileUrl.own(`${FILES}/${nameOf(image)}`);
}

/** The file's name, from whatever a page made of its address: whole, encoded, with the prefix once more or a signature. */
export function nameIn(path: string): string {
  const [address = ''] = path.split('?', 1);
  return address.slice(address.lastIndexOf('/') + 1);
}

/** The image's id, from whatever a page made of its address. */
export function idIn(path: string): string {
  const [id = ''] = nameIn(path).split('.', 1);
  return id;
}

/** The addresses of a job's images. */
export function imagePathsOf(job: Job, fileUrl: FileUrl): string[] {
  return job.outputs.map(({ artifact }) => pathOf(artifact, fileUrl));
}

/** The prompt of any job, of whatever dialect it came through. */
export function promptOf(job: Job): string {
  return job.request.prompt ?? '';
}

/** What an image, or all of a job, was made from. */
export function metadataOf(job: Job, artifact: Artifact | null = null): Record<string, Json> & { created_at: string } {
  const request = job.request as ImageRequest;
  const { width, height, steps, guidance, count } = request;
  const asked = { width, height, num_inference_steps: steps, guidance_scale: guidance, num_images: count };
  return {
    ...artifact?.parameters,
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
    ...(artifact === null || artifact.width === null ? {} : { width: artifact.width, height: artifact.height }),
    prompt: promptOf(job),
    negative_prompt: request.negativePrompt ?? '',
    seed: artifact?.parameters?.seed ?? job.seed,
    session_id: shownId(job),
    created_at: artifact?.createdAt ?? job.endedAt ?? job.createdAt,
  };
}

/** An image as the gallery shows it. */
export function entryOf(job: Job, artifact: Artifact, fileUrl: FileUrl): Entry {
  const path = pathOf(artifact, fileUrl);
  return {
    path,
    filename: nameOf(artifact),
    prompt: promptOf(job),
    created_at: artifact.createdAt,
    featured: job.favorite,
    metadata: metadataOf(job, artifact),
    thumbnail_url: artifact.hasThumbnail ? fileUrl.artifact(artifact.id, 'thumbnail') : path,
    full_url: path,
  };
}

/** What is left to say of an image that was removed: where it was. */
export function goneEntry(job: Job, image: Named, fileUrl: FileUrl): Entry {
  const path = pathOf(image, fileUrl);
  return {
    path,
    filename: nameOf(image),
    prompt: promptOf(job),
    created_at: job.createdAt,
    featured: false,
    metadata: metadataOf(job),
    thumbnail_url: path,
    full_url: path,
  };
}
