import type { Json, MediaRequest } from '@rendercast/protocol';
import sharp from 'sharp';
import { type Clock, sleep } from '../../clock.js';
import { type EngineContext, EngineError, type OutputReport } from '../engine.js';
import { durationOf, kindOfFile } from './media-file.js';
import type { ComfyOptions } from './options.js';
import type { ServerApi } from './server-api.js';
import { stripMetadata } from './strip-metadata.js';
import { unavailable } from './verdicts.js';
import { fileSchema, type HistoryEntry, type WireFile } from './wire.js';

export interface HandIn {
  api: ServerApi;
  context: EngineContext;
  clock: Clock;
  options: Pick<ComfyOptions, 'metadata' | 'pollMs' | 'goneAfterMs'>;
  request: MediaRequest;
  /** Begin of the file names for people. */
  name: string;
  /** Nodes whose files count, in order; null: all. */
  nodes: readonly string[] | null;
  parameters: Record<string, Json>;
  /** Whole pictures that came over the socket. */
  pictures: readonly Buffer[];
}

/** Fetches everything that a prompt made and hands it to the house. */
export async function handIn(order: HandIn, outputs: HistoryEntry['outputs']): Promise<void> {
  const { context, parameters } = order;
  const files = filesOf(outputs, order.nodes);
  const count = files.length + order.pictures.length;
  if (count === 0) {
    throw new EngineError('engine_failed', 'The backend finished, but handed in nothing.', { retryable: false });
  }
  const counted = (slot: number) => (count > 1 ? { ...parameters, index: slot } : parameters);
  let slot = 0;
  for (const file of files) {
    const bytes = await fetchFile(order, file);
    await context.output(await reportOf(order, bytes, slot, counted(slot)));
    slot++;
  }
  for (const picture of order.pictures) {
    await context.output(await reportOf(order, picture, slot, counted(slot)));
    slot++;
  }
}

/** Every list of a node's outputs whose members name files. Passing pictures of the editor count only where nothing else is. */
function filesOf(outputs: HistoryEntry['outputs'], nodes: readonly string[] | null): WireFile[] {
  const inOrder = nodes ?? Object.keys(outputs).sort((left, right) => Number(left) - Number(right));
  const files = inOrder.flatMap((node) =>
    Object.values(outputs[node] ?? {}).flatMap((list) =>
      Array.isArray(list) ? list.flatMap((item) => fileSchema.safeParse(item).data ?? []) : [],
    ),
  );
  const kept = files.filter(({ type }) => type === 'output');
  return kept.length > 0 ? kept : files;
}

/** The work is done: it is worth asking for as long as the server may be away. */
async function fetchFile({ api, context, clock, options }: HandIn, file: WireFile): Promise<Buffer> {
  const untilMs = clock.monotonic() + options.goneAfterMs;
  for (;;) {
    try {
      const found = await api.view(file, context.signal);
      if (found !== null) return found.bytes;
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (clock.monotonic() >= untilMs) throw unavailable(thrown);
      await sleep(clock, options.pollMs, context.signal);
      continue;
    }
    throw new EngineError('engine_failed', 'The backend has deleted what it made.', { retryable: true });
  }
}

async function reportOf(
  order: HandIn,
  given: Buffer,
  slot: number,
  parameters: Record<string, Json>,
): Promise<OutputReport> {
  const found = kindOfFile(given);
  if (found === null) {
    throw new EngineError('engine_failed', 'The backend made a file of a type that is not known here.', {
      retryable: false,
    });
  }
  const wanted = order.request.format;
  const isPicture = found.mediaType.startsWith('image/');
  const mediaType = isPicture && wanted !== undefined ? `image/${wanted}` : found.mediaType;
  const isOther = mediaType !== found.mediaType;
  const named = (ending: string) => `${order.name}-${slot + 1}.${ending}`;
  if (isOther) {
    const body = await sharp(given)
      .toFormat(wanted as 'png' | 'webp' | 'jpeg')
      .toBuffer();
    return { slot, mediaType, body, name: named(String(wanted)), ...(await sizeOf(body)), parameters };
  }
  const { bytes: body, isStripped } = cleaned(order, given, mediaType);
  const durationMs = durationOf(body, mediaType);
  return {
    ...{ slot, mediaType, body, name: named(found.ending) },
    ...(isPicture ? await sizeOf(body) : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    parameters: isStripped || order.options.metadata === 'kept' ? parameters : { ...parameters, metadata: 'kept' },
  };
}

function cleaned({ options }: HandIn, bytes: Buffer, mediaType: string): { bytes: Buffer; isStripped: boolean } {
  return options.metadata === 'kept' ? { bytes, isStripped: false } : stripMetadata(bytes, mediaType);
}

async function sizeOf(bytes: Buffer): Promise<{ width?: number; height?: number }> {
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { width, height };
  } catch (cause) {
    throw new EngineError('engine_failed', 'The backend made a picture that cannot be read.', {
      retryable: true,
      cause,
    });
  }
}
