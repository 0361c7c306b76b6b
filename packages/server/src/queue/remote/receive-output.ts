import { RendercastError } from '@rendercast/protocol';
import type { OutputAnswer } from '@rendercast/protocol/worker/messages';
import type { IncomingOutput } from '@rendercast/protocol/worker/verbs';
import { storeOutput } from '../store-output.js';
import type { HeldWork } from './held-work.js';
import type { RemoteParts } from './remote-parts.js';

type Stored = Pick<OutputAnswer, 'artifactId' | 'digest' | 'sizeBytes'>;

const MEDIA_TYPE = /^(image|audio|video)\/[a-z0-9.+-]{1,100}$/;
/** Endings that are not the second half of the media type. */
const ENDINGS: Readonly<Record<string, string>> = { jpeg: 'jpg', mpeg: 'mp3', 'x-wav': 'wav', 'svg+xml': 'svg' };

/** Stores what a worker uploads. The same bytes for the same slot again are one output: an answer may be lost. */
export async function receiveOutput(
  parts: RemoteParts,
  work: HeldWork,
  { slot, name, mediaType, digest, body, ...rest }: IncomingOutput,
  stop: AbortSignal,
): Promise<Stored> {
  const type = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (!MEDIA_TYPE.test(type))
    throw new RendercastError('unsupported_media', 'the content type of an output is that of a picture, sound or film');
  const before = await standing(parts, work, slot);
  if (before?.digest === digest) return before;
  const subtype = type.split('/')[1] ?? '';
  const shown = name ?? `output-${slot + 1}.${ENDINGS[subtype] ?? subtype}`;
  const { width, height, durationMs, parameters } = rest;
  const logged = await storeOutput(
    parts,
    work.lease,
    {
      ...{ slot, mediaType: type, name: shown, parameters, body, expectDigest: digest },
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(durationMs === undefined ? {} : { durationMs }),
    },
    stop,
  );
  work.tracker.follows(logged);
  for (const { fact } of logged)
    if (fact.type === 'output' && fact.artifact !== null) {
      const { id, sizeBytes } = fact.artifact;
      return { artifactId: id, digest, sizeBytes };
    }
  throw new Error('an output was stored without its fact');
}

/** What this attempt has stored in a slot already. */
async function standing({ store }: RemoteParts, { lease }: HeldWork, slot: number): Promise<Stored | null> {
  const outputs = (await store.find(lease.jobId, null))?.job.outputs ?? [];
  const output = outputs.find((each) => each.slot === slot && each.attempt === lease.attempt);
  if (output === undefined) return null;
  const { id, digest, sizeBytes } = output.artifact;
  return { artifactId: id, digest, sizeBytes };
}
