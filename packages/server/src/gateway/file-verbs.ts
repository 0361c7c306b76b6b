import { type Artifact, type OpenArtifact, type Principal, RendercastError, type Verbs } from '@rendercast/protocol';
import { fileKey, thumbnailKey } from '../blobs/keys.js';
import { makeThumbnail } from '../blobs/thumbnail.js';
import { isoTime } from '../clock.js';
import type { VerbParts } from './verb-parts.js';

/** Pictures that are measured and get a thumbnail. Vector pictures are kept as they are, never rendered. */
const RASTER = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'image/tiff']);
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,100}$/;
const THUMBNAIL_TYPE = 'image/webp';

/**
 * What may come straight from the storage: pictures and sounds. It cannot send the headers that keep a page or a vector
 * picture of a stranger from running.
 */
const SHOWN_ELSEWHERE = /^(?:image\/(?:png|jpeg|webp|gif|avif|tiff)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+)$/;
/** A song is played to its end by ranges of one address; a key that was withdrawn opens files no longer than this. */
const ELSEWHERE_MS = 15 * 60_000;

/** Eight digits in common are rare, unless the bytes are the same. */
const MAX_BY_DIGEST = 20;

type FileVerbs = Pick<Verbs, 'putFile' | 'openArtifact' | 'artifactsByDigest'>;

/** The verbs that move bytes. */
export function createFileVerbs(parts: VerbParts, principal: Principal): FileVerbs {
  const { blobs, clock, config, ids, store } = parts;
  const owner = principal.roles.includes('operator') ? null : principal.owner;

  return {
    async putFile({ mediaType, name, body }) {
      const type = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
      if (!MEDIA_TYPE.test(type))
        throw new RendercastError('unsupported_media', 'the content type is not a media type');
      const id = ids.artifact();
      const { sizeBytes, digest } = await blobs.put(fileKey(id), body, { maxBytes: config.maxFileBytes });
      try {
        const picture = RASTER.has(type) ? await measure(parts, id) : null;
        const artifact: Artifact = {
          id,
          jobId: null,
          mediaType: type,
          sizeBytes,
          digest,
          name,
          width: picture?.width ?? null,
          height: picture?.height ?? null,
          durationMs: null,
          hasThumbnail: picture !== null,
          parameters: null,
          createdAt: isoTime(clock.now()),
        };
        await store.putArtifact(principal.owner, artifact);
        return artifact;
      } catch (error) {
        await blobs.remove(fileKey(id));
        await blobs.remove(thumbnailKey(id));
        throw error;
      }
    },
    artifactsByDigest: async (start) =>
      /^[0-9a-f]{8,64}$/.test(start) ? store.artifactsByDigest(start, owner, MAX_BY_DIGEST) : [],
    async openArtifact(id, variant) {
      const artifact = await store.artifact(id, owner);
      if (artifact === null || (variant === 'thumbnail' && !artifact.hasThumbnail))
        throw new RendercastError('not_found', `there is no file "${id}"`);
      const key = variant === 'file' ? fileKey(id) : thumbnailKey(id);
      const sizeBytes = await blobs.size(key);
      if (sizeBytes === null) throw new RendercastError('not_found', `the bytes of "${id}" are gone`);
      const mediaType = variant === 'file' ? artifact.mediaType : THUMBNAIL_TYPE;
      const opened: OpenArtifact = { artifact, mediaType, sizeBytes, body: (range) => blobs.read(key, range) };
      if (blobs.presign === undefined || !SHOWN_ELSEWHERE.test(mediaType)) return opened;
      const presign = blobs.presign.bind(blobs);
      const elsewhere: OpenArtifact['elsewhere'] = async (headers) => ({
        url: await presign(key, { ...headers, mediaType, ttlMs: ELSEWHERE_MS }),
        ttlMs: ELSEWHERE_MS,
      });
      return { ...opened, elsewhere };
    },
  };
}

/** Size of an uploaded picture; makes its thumbnail on the way. Throws `unsupported_media` when it is none. */
async function measure({ blobs }: VerbParts, id: string): Promise<{ width: number; height: number }> {
  const bytes: Uint8Array[] = [];
  for await (const part of blobs.read(fileKey(id), null)) bytes.push(part);
  const file = Buffer.concat(bytes);
  const thumbnail = await makeThumbnail(file);
  if (thumbnail === null)
    throw new RendercastError('unsupported_media', 'the file is not the picture that its content type says');
  await blobs.put(thumbnailKey(id), single(thumbnail.bytes), { maxBytes: thumbnail.bytes.length });
  return { width: thumbnail.width, height: thumbnail.height };
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
