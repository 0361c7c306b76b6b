import { type Artifact, type Job, type OpenGrowing, RendercastError } from '@rendercast/protocol';
import { createBell } from '../bell.js';
import type { Blobs } from '../blobs/blobs.js';
import { findGrowth, type Growth, growthChunkKey } from '../blobs/growth.js';
import { fileKey } from '../blobs/keys.js';
import type { Clock } from '../clock.js';
import type { Bus, BusListener } from '../events/bus/bus.js';
import type { Store } from '../stores/store.js';

export interface GrowingParts {
  blobs: Blobs;
  bus: Bus;
  clock: Clock;
  store: Store;
}

/** Looked anew so often, in milliseconds, though no hint came: it may be lost. */
const LOOK_EVERY_MS = 1_500;

/**
 * What grows in this slot of a running job, on whichever node it is made; null: nothing does. Readers follow its chunks one
 * by one, told of each by the job's progress, and go on in the finished file where the chunks end.
 */
export async function openGrowing(
  parts: GrowingParts,
  { id: jobId, attempt }: Pick<Job, 'id' | 'attempt'>,
  slot: number,
): Promise<OpenGrowing | null> {
  const growth = await findGrowth(parts.blobs, { jobId, attempt, slot });
  if (growth === null) return null;
  const { mediaType } = growth;
  return { mediaType, name: `${jobId}-${slot}`, body: (signal) => follow(parts, growth, signal) };
}

async function* follow(parts: GrowingParts, growth: Growth, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bell = createBell(parts.clock);
  const sent: Sent = { chunks: 0, bytes: 0, torn: false };
  const listening = await parts.bus.listen({ job: growth.jobId }, newsOf(growth, sent, bell.ring));
  try {
    for (;;) {
      yield* chunksThere(parts.blobs, growth, sent, signal);
      const whole = await standing(parts, growth);
      if (whole !== null) {
        yield* restOf(parts.blobs, whole, sent.bytes);
        return;
      }
      if (sent.torn) throw gone();
      await bell.rung(LOOK_EVERY_MS, signal);
    }
  } finally {
    listening.stop();
  }
}

/** How far a reader is. */
interface Sent {
  chunks: number;
  bytes: number;
  /** A chunk went away while it was read. */
  torn: boolean;
}

/** The next chunks, as far as they are there: one may not be kept yet, or not any more. */
async function* chunksThere(blobs: Blobs, growth: Growth, sent: Sent, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (; ; sent.chunks += 1) {
    signal.throwIfAborted();
    const before = sent.bytes;
    try {
      for await (const bytes of blobs.read(growthChunkKey(growth, sent.chunks), null)) {
        sent.bytes += bytes.length;
        yield bytes;
        signal.throwIfAborted();
      }
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
      sent.torn = sent.bytes > before;
      return;
    }
  }
}

/** Rings for what may concern a reader that stands so far: more of it is there, or a fact. */
function newsOf(growth: Growth, sent: Sent, ring: () => void): BusListener {
  return {
    facts: ring,
    missed: ring,
    level({ level }) {
      if (level.kind !== 'progress' || level.attempt !== growth.attempt) return;
      const told = level.growing?.find(({ slot }) => slot === growth.slot);
      if (told !== undefined && told.sizeBytes > sent.bytes) ring();
    },
  };
}

/** The finished file; null while it is being made. Throws where it never will be. */
async function standing({ store }: GrowingParts, { jobId, attempt, slot }: Growth): Promise<Artifact | null> {
  const job = (await store.find(jobId, null))?.job;
  const output = job?.outputs.find((each) => each.slot === slot && each.attempt === attempt);
  if (output !== undefined) return output.artifact;
  if (job?.state !== 'running' || job.attempt !== attempt) throw gone();
  return null;
}

async function* restOf(blobs: Blobs, { id, sizeBytes }: Artifact, fromByte: number): AsyncGenerator<Uint8Array> {
  if (fromByte < sizeBytes) yield* blobs.read(fileKey(id), { start: fromByte, end: sizeBytes - 1 });
}

/** Ends the answer in a way that a player cannot take for the end of the song. */
const gone = (): RendercastError => new RendercastError('not_found', 'the attempt ended without this output');

const isMissing = (thrown: unknown): boolean => thrown instanceof RendercastError && thrown.code === 'not_found';
