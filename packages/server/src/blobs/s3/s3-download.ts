import type { IncomingMessage } from 'node:http';
import { type ByteRange, RendercastError } from '@rendercast/protocol';
import { header } from './s3-answer.js';
import { piecesOf } from './s3-exchange.js';
import { isMissing, S3Fault, unavailable } from './s3-fault.js';
import type { Requests } from './s3-requests.js';

export interface DownloadParts {
  requests: Requests;
  silentMs: number;
  tries: number;
}

/**
 * Reads an object or a part of it, no faster than it is taken. A connection that is cut is taken up again where it
 * broke; one that brings nothing `tries` times running ends the stream with `storage_unavailable`, never in silence.
 */
export async function* download(
  parts: DownloadParts,
  key: string,
  range: ByteRange | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { requests, silentMs, tries } = parts;
  const wanted: Wanted = { position: range?.start ?? 0, end: range?.end ?? Number.POSITIVE_INFINITY };
  let failed = 0;
  while (wanted.position <= wanted.end) {
    try {
      const answer = await requests.open({ method: 'GET', key, headers: rangeHeader(wanted), signal });
      narrow(wanted, answer);
      for await (const piece of piecesOf(answer, silentMs, signal)) {
        failed = 0;
        const fits = piece.subarray(0, wanted.end - wanted.position + 1);
        wanted.position += fits.length;
        if (fits.length > 0) yield fits;
        if (wanted.position > wanted.end) return;
      }
      // An answer may be whole and yet short of what was asked for.
      if (wanted.position <= wanted.end) throw new S3Fault({ status: null, code: 'cut short', passing: true });
    } catch (thrown) {
      if (isPastTheEnd(thrown)) return;
      if (isMissing(thrown)) throw new RendercastError('not_found', 'There is no such file.', { cause: thrown });
      if (!(thrown instanceof S3Fault)) throw thrown;
      failed += 1;
      if (!thrown.details.passing || failed >= tries) throw unavailable(thrown);
      await requests.pause(failed, thrown, signal);
    }
  }
}

/** What is still to come, both ends included. */
interface Wanted {
  position: number;
  end: number;
}

function rangeHeader({ position, end }: Wanted): Record<string, string> {
  if (position === 0 && end === Number.POSITIVE_INFINITY) return {};
  return { range: `bytes=${position}-${end === Number.POSITIVE_INFINITY ? '' : end}` };
}

/** Learns from an answer where the object ends, and refuses one that begins elsewhere than asked. */
function narrow(wanted: Wanted, answer: IncomingMessage): void {
  const said = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(header(answer, 'content-range') ?? '');
  const lengthBytes = Number(header(answer, 'content-length') ?? Number.NaN);
  const starts = answer.statusCode === 206 ? Number(said?.[1]) : 0;
  const sizeBytes =
    answer.statusCode === 206 ? Number(said?.[3] === '*' ? Number(said[2]) + 1 : said?.[3]) : lengthBytes;
  if (starts !== wanted.position || !Number.isSafeInteger(sizeBytes)) {
    answer.destroy();
    throw new S3Fault({ status: answer.statusCode ?? null, code: 'another range than asked for', passing: false });
  }
  wanted.end = Math.min(wanted.end, sizeBytes - 1);
}

/** A range that begins past the end is empty, as on a disk. */
function isPastTheEnd(thrown: unknown): boolean {
  return thrown instanceof S3Fault && thrown.details.status === 416;
}
