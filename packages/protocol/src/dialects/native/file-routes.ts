import * as z from 'zod';
import { type Route, route } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import { artifactAnswerSchema, created } from './answers.js';
import { refusals } from './error.js';
import { outwardArtifact } from './outward.js';
import { fileQuerySchema, idParamsSchema, outputParamsSchema, outputQuerySchema } from './request.js';

const MAX_NAME_CHARS = 255;

const upload = route({
  method: 'POST',
  path: '/v1/files',
  name: 'uploadFile',
  summary: 'Upload an input',
  role: 'user',
  body: 'file',
  headers: {
    'Content-Type': 'The media type of the file.',
    'X-File-Name': `A name for people, percent-encoded UTF-8, ${MAX_NAME_CHARS} characters at most.`,
  },
  answers: {
    201: { description: 'The file, on disk; its id can be an input of jobs.', schema: artifactAnswerSchema },
    ...refusals('invalid_request', 'unauthorized', 'too_large', 'unsupported_media', 'storage_unavailable'),
  },
  async handle({ headers, file, fileUrl }, verbs) {
    const mediaType = headers['content-type'];
    if (mediaType === undefined || mediaType.trim() === '')
      throw new RendercastError('unsupported_media', 'Content-Type must name the media type of the file.');
    if (file === null) throw new RendercastError('invalid_request', 'The body must be the bytes of the file.');
    const name = fileName(headers['x-file-name']);
    const artifact = outwardArtifact(await verbs.putFile({ mediaType, name, body: file }), fileUrl);
    return created({ artifact }, false, `/v1/artifacts/${encodeURIComponent(artifact.id)}`);
  },
});

/** The name for people: never an address, so whatever can be shown is taken, without directories. */
function fileName(header: string | undefined): string {
  let name = header ?? '';
  try {
    name = decodeURIComponent(name);
  } catch {
    // A stray percent sign: the name is taken as it was sent.
  }
  const last = name.split(/[/\\]/u).at(-1) ?? '';
  const shown = last.replace(/[\p{Cc}\p{Surrogate}]/gu, '').trim();
  return Array.from(shown).slice(0, MAX_NAME_CHARS).join('') || 'file';
}

const fileAnswers = {
  200: { description: 'The bytes, with ETag.', mediaType: '*/*' },
  206: { description: 'The range asked for.', mediaType: '*/*' },
  302: {
    description: 'The bytes, for some minutes, at an address of the storage. Only where the operator wants it so.',
  },
  304: { description: 'Not changed: the `If-None-Match` still holds.' },
  ...refusals('unauthorized', 'not_found', 'range_not_satisfiable'),
};

const download = route({
  method: 'GET',
  path: '/v1/artifacts/:id',
  name: 'getArtifact',
  summary: 'The bytes of an output or input',
  role: 'user',
  params: idParamsSchema,
  query: fileQuerySchema,
  headers: { Range: 'A part of the file.', 'If-None-Match': 'The ETag of a copy that is there.' },
  answers: fileAnswers,
  async handle({ params, query }, verbs) {
    const artifact = await verbs.openArtifact(params.id, 'file');
    return { artifact, disposition: query.download ? 'attachment' : 'inline' };
  },
});

const output = route({
  method: 'GET',
  path: '/v1/jobs/:id/outputs/:slot',
  name: 'getOutput',
  summary: 'The bytes of an output from its beginning, also while it is being made',
  role: 'user',
  params: outputParamsSchema,
  query: outputQuerySchema,
  headers: {
    Range: 'A part of the file; passed over while it is being made.',
    'If-None-Match': 'The ETag of a copy that is there; passed over while it is being made.',
  },
  answers: {
    ...fileAnswers,
    200: {
      description:
        'The bytes. While the output is being made they come as they are made, without length, ETag and ranges; an answer that is cut short was of an attempt that ended without it.',
      mediaType: '*/*',
    },
  },
  async handle({ params, query }, verbs) {
    const opened = await verbs.openOutput(params.id, params.slot);
    const disposition = query.download ? 'attachment' : 'inline';
    if ('artifact' in opened) return { artifact: opened, disposition, replaceable: true };
    return { growing: opened, disposition };
  },
});

const thumbnail = route({
  method: 'GET',
  path: '/v1/artifacts/:id/thumbnail',
  name: 'getThumbnail',
  summary: 'A small picture of an artifact',
  role: 'user',
  params: idParamsSchema,
  answers: fileAnswers,
  async handle({ params }, verbs) {
    return { artifact: await verbs.openArtifact(params.id, 'thumbnail'), disposition: 'inline' };
  },
});

const removeArtifact = route({
  method: 'DELETE',
  path: '/v1/artifacts/:id',
  name: 'removeArtifact',
  summary: 'Remove one output of an ended job, or an input',
  role: 'user',
  params: idParamsSchema,
  answers: {
    204: { description: 'Removed.' },
    ...refusals('unauthorized', 'not_found', 'not_ended', 'storage_unavailable'),
  },
  async handle({ params }, verbs) {
    await verbs.removeArtifact(params.id);
    return { status: 204 };
  },
});

const preview = route({
  method: 'GET',
  path: '/v1/jobs/:id/preview',
  name: 'getPreview',
  summary: 'The newest preview picture of a running job',
  role: 'user',
  params: idParamsSchema,
  query: z.object({ tick: z.string().optional().meta({ description: 'Only keeps caches apart.' }) }),
  answers: {
    200: { description: 'The newest picture, whichever tick was asked for.', mediaType: 'image/*' },
    ...refusals('unauthorized', 'not_found'),
  },
  async handle({ params }, verbs) {
    const picture = await verbs.preview(params.id);
    if (picture === null) throw new RendercastError('not_found', 'There is no preview of this job now.');
    return {
      status: 200,
      bytes: picture.bytes,
      headers: { 'content-type': picture.mediaType, 'cache-control': 'no-store' },
    };
  },
});

/** Everything that moves bytes. */
export const fileRoutes: readonly Route[] = [upload, download, thumbnail, removeArtifact, output, preview];
