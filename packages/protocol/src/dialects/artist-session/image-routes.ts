import * as z from 'zod';
import type { OpenArtifact, Verbs } from '../../commands.js';
import { type FileUrl, type Reply, type Route, route } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { tooEarly, unknown } from './error.js';
import { type Entry, entryOf, entrySchema, FILES, idIn, nameIn } from './gallery.js';
import { appendedSchema, featuredSchema, gallerySchema, pathParamsSchema, readAppended } from './request.js';

const doneSchema = z.object({ success: z.literal(true), message: z.string() }).meta({ id: 'ArtistSessionDone' });
const featuredAnswerSchema = doneSchema.extend({ featured: z.boolean() }).meta({ id: 'ArtistSessionFeatured' });

/** Where pages ask for a file: at its address, and where they put the prefix before it again (a proxy may merge strokes). */
const FILE_PREFIXES = [
  { at: FILES, mark: '' },
  { at: `${FILES}/${FILES}`, mark: 'Twice' },
  { at: `${FILES}${FILES}`, mark: 'Merged' },
];
/** Where pages say what becomes of an image: by its name, or by its address below `/api/images`. */
const IMAGE_PREFIXES = [
  { at: '/api/images', mark: '' },
  { at: FILES, mark: 'File' },
  { at: `/api/images/${FILES}`, mark: 'Path' },
  { at: `/api/images${FILES}`, mark: 'Merged' },
];

/** An image within reach, by whatever a page has of its address. */
async function openImage(path: string, verbs: Verbs): Promise<OpenArtifact & { jobId: string }> {
  const file = await verbs.openArtifact(idIn(path), 'file');
  const { jobId, mediaType } = file.artifact;
  if (jobId === null || !mediaType.startsWith('image/'))
    throw new RendercastError('not_found', `there is no image "${nameIn(path)}"`);
  return { ...file, jobId };
}

/** The newest images first, as many as asked for. */
async function listImages(
  search: string | undefined,
  limit: number,
  verbs: Verbs,
  fileUrl: FileUrl,
  signal: AbortSignal,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const page = await verbs.list({
      kind: 'image',
      limit: LIMITS.pageMax,
      ...(search === undefined || search.trim() === '' ? {} : { search }),
      ...(cursor === null ? {} : { cursor }),
    });
    for (const job of page.jobs)
      entries.push(...job.outputs.map(({ artifact }) => entryOf(job, artifact, fileUrl)).reverse());
    cursor = page.next;
  } while (cursor !== null && entries.length < limit);
  return entries.slice(0, limit);
}

const list = route({
  method: 'GET',
  path: '/api/images',
  name: 'listImages',
  summary: 'The gallery, newest first',
  role: 'user',
  query: gallerySchema,
  answers: { 200: { description: 'The images.', schema: z.array(entrySchema) } },
  async handle({ query: { search, limit }, fileUrl, signal }, verbs) {
    return { status: 200, json: await listImages(search, limit, verbs, fileUrl, signal) };
  },
});

const file = ({ at, mark }: (typeof FILE_PREFIXES)[number]): Route =>
  route({
    method: 'GET',
    path: `${at}/:path`,
    name: `getImage${mark}`,
    summary: 'An image, with ranges and ETag',
    role: 'user',
    params: pathParamsSchema,
    signedAs: ({ path }) => `${FILES}/${nameIn(path)}`,
    answers: {
      200: { description: 'The image.', mediaType: 'image/*' },
      206: { description: 'A part of it.', mediaType: 'image/*' },
      304: { description: 'The caller has it already.' },
      ...unknown,
    },
    handle: async ({ params }, verbs) => ({
      artifact: await openImage(params.path, verbs),
      disposition: 'inline',
    }),
  });

const remove = ({ at, mark }: (typeof IMAGE_PREFIXES)[number]): Route =>
  route({
    method: 'DELETE',
    path: `${at}/:path`,
    name: `removeImage${mark}`,
    summary: 'Remove an image',
    role: 'user',
    params: pathParamsSchema,
    answers: { 200: { description: 'Removed.', schema: doneSchema }, ...unknown, ...tooEarly },
    async handle({ params }, verbs) {
      const { artifact } = await openImage(params.path, verbs);
      await verbs.removeArtifact(artifact.id);
      return { status: 200, json: { success: true, message: 'The image was removed.' } };
    },
  });

/** Features the image of a path, or no longer. */
async function setFeatured(path: string, featured: boolean, verbs: Verbs): Promise<Reply> {
  const { jobId } = await openImage(path, verbs);
  await verbs.edit(jobId, { favorite: featured });
  const message = featured ? 'The image is featured.' : 'The image is no longer featured.';
  return { status: 200, json: { success: true, message, featured } };
}

const feature = ({ at, mark }: (typeof IMAGE_PREFIXES)[number]): Route =>
  route({
    method: 'PUT',
    path: `${at}/:path/featured`,
    name: `featureImage${mark}`,
    summary: 'Feature an image, or no longer; all images of its session go with it',
    role: 'user',
    params: pathParamsSchema,
    query: featuredSchema,
    answers: { 200: { description: 'Done.', schema: featuredAnswerSchema }, ...unknown },
    handle: ({ params, query }, verbs) => setFeatured(params.path, query.featured, verbs),
  });

/** Where a page puts `/featured?featured=…` behind a signed address as it stands, it ends up in the query of that address. */
const featureSigned = ({ at, mark }: (typeof IMAGE_PREFIXES)[number]): Route =>
  route({
    method: 'PUT',
    path: `${at}/:path`,
    name: `featureSignedImage${mark}`,
    summary: 'Feature an image by its signed address with "/featured?featured=" behind it',
    role: 'user',
    params: pathParamsSchema,
    query: appendedSchema,
    answers: { 200: { description: 'Done.', schema: featuredAnswerSchema }, ...unknown },
    async handle({ params, query }, verbs) {
      const featured = readAppended(query);
      if (featured === null)
        throw new RendercastError('not_found', 'an image is featured at its path with "/featured" behind it');
      return setFeatured(params.path, featured, verbs);
    },
  });

/** Everything about the gallery. */
export const imageRoutes: readonly Route[] = [
  list,
  ...FILE_PREFIXES.map(file),
  ...IMAGE_PREFIXES.flatMap((prefix) => [remove(prefix), feature(prefix), featureSigned(prefix)]),
];
