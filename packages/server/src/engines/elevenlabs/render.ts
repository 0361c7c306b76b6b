import { randomUUID } from 'node:crypto';
import type { Json, MusicRequest } from '@rendercast/protocol';
import { type EngineContext, EngineError, type Work } from '../engine.js';
import { type ApiAnswer, BrokenCall, eachWhile } from './api-call.js';
import { fileName } from './file-name.js';
import type { Service } from './service.js';
import { readSong, type Song } from './song-answer.js';
import { describeOrder, type SongOrder, songOrderOf } from './song-order.js';

/** While the line stands the house is told that it does: silence of the service is no fault, and songs take minutes. */
const STILL_HERE_MS = 15_000;
/** Only a song that is whole is all of it: lengths are asked for and not promised. */
const ALMOST = 0.99;

/**
 * Makes one song. The order of things keeps a job from being paid twice: everything is checked first; a private word is
 * saved before the call leaves; it is taken back only when the service is known to have done nothing. Whoever finds the
 * word later asks no more: the API has no way to look a call up.
 */
export async function render(service: Service, work: Work, context: EngineContext, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (work.handle !== null) throw unknown();
  const order = songOrderOf(work.job, service.options);
  requireHealth(service);
  await context.stage({ stage: 'generating', index: 1, count: 2 });
  context.progress({ fraction: null });
  await context.saveHandle({ call: randomUUID() });
  const answer = await ask(service, order, context, signal);
  const song = await receive(service, order, context, answer);
  service.health.well();
  const { headers } = answer;
  service.logger.info({ jobId: work.job.id, requestId: headers['request-id'] }, 'a song came');
  await context.output({
    slot: 0,
    mediaType: song.mediaType,
    body: song.bytes,
    name: fileName(titleOf(work.job.request as MusicRequest, song), song.ending),
    ...(song.durationMs === null ? {} : { durationMs: song.durationMs }),
    parameters: {
      ...describeOrder(order),
      ...textOf('requestId', headers['request-id']),
      ...textOf('songId', headers['song-id']),
      ...song.told,
    },
  });
  context.progress({ fraction: 1 });
}

/** A job that was claimed before the house heard how the service is need not be spoilt by what ails it. */
function requireHealth({ health }: Service): void {
  const restMs = health.restMs();
  if (restMs === 0) return;
  const why = health.now().message ?? 'The service cannot be used now.';
  throw new EngineError('engine_unavailable', why, { retryable: true, retryAfterMs: restMs, counted: false });
}

/** Orders the song and waits for its head. */
async function ask(
  service: Service,
  { path, body }: SongOrder,
  context: EngineContext,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const stopTelling = eachWhile(service.clock, STILL_HERE_MS, () => context.progress({ fraction: null }));
  try {
    const answer = await service.call(path, body, signal, service.options.answerTimeoutMs);
    if (answer.status >= 200 && answer.status <= 299) return answer;
    const { error, free } = await service.refused(answer);
    if (free) await context.saveHandle(null);
    throw error;
  } catch (thrown) {
    if (!(thrown instanceof BrokenCall)) throw thrown;
    if (thrown.heard) throw unknown(thrown);
    await context.saveHandle(null);
    throw new EngineError('engine_unavailable', 'The service cannot be reached.', { retryable: true, cause: thrown });
  } finally {
    stopTelling();
  }
}

/** Takes the song in as it comes, and lets it be heard. How far that is can be told only where its size is known. */
async function receive(service: Service, order: SongOrder, context: EngineContext, answer: ApiAnswer): Promise<Song> {
  const stage = { stage: 'receiving', index: 2, count: 2 };
  const entering: Promise<void>[] = [];
  const expected = order.expectedBytes;
  let mediaType = '';
  try {
    const song = await readSong(answer, {
      begins: (type) => {
        mediaType = type;
        const entered = context.stage(stage);
        entered.catch(() => undefined); // waited for below
        entering.push(entered);
      },
      grows(bytes, received) {
        // Not waited for: the service cuts a line that is read too slowly, and what was paid for would be lost.
        context.grow({ slot: 0, mediaType, bytes }).catch(() => undefined);
        context.progress({ fraction: expected === null ? null : Math.min(ALMOST, received / expected) });
      },
    });
    await Promise.all(entering);
    return song;
  } catch (thrown) {
    if (!(thrown instanceof BrokenCall)) throw thrown;
    service.logger.warn({ err: thrown, requestId: answer.headers['request-id'] }, 'a song broke off');
    throw unknown(thrown);
  }
}

function unknown(cause?: unknown): EngineError {
  return new EngineError('outcome_unknown', 'The song may have been made and paid for; it is not ordered again.', {
    retryable: false,
    cause,
  });
}

/** What the song is called: by whoever ordered it, else by the service. */
function titleOf({ plan, prompt }: MusicRequest, { told }: Song): string {
  const metadata = told?.['songMetadata'];
  const made = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['title'] : null;
  return plan?.title ?? (typeof made === 'string' && made !== '' ? made : (prompt ?? ''));
}

function textOf(name: string, header: string | string[] | undefined): Record<string, Json> {
  return typeof header === 'string' ? { [name]: header } : {};
}
