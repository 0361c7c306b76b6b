import type { Effect } from '../../dialect.js';
import type { RendercastError } from '../../errors.js';
import type { ReportAnswer, WorkEnd } from '../../worker/messages.js';
import type { HouseMessage, WorkerMessage, WorkerWord } from '../../worker/socket-messages.js';
import type { WorkerVerbs, WorkRef } from '../../worker/verbs.js';
import { outwardError } from './error.js';

/** Carries out a word about a held job. */
export function verbOf(worker: WorkerVerbs, word: WorkerWord): Promise<ReportAnswer | WorkEnd> {
  const ref: WorkRef = { jobId: word.jobId, lease: word.lease };
  switch (word.type) {
    case 'report':
      return worker.report(ref, word);
    case 'handle':
      return worker.keepHandle(ref, word.handle);
    case 'succeed':
      return worker.succeed(ref);
    case 'fail':
      return worker.fail(ref, word);
    case 'handBack':
      return worker.handBack(ref);
  }
}

/** What a worker is told about a word that was carried out. */
export function answerOf(answer: ReportAnswer | WorkEnd, { jobId }: WorkerWord, ref: string | null): HouseMessage {
  return 'state' in answer
    ? { type: 'ended', ref, jobId, state: answer.state }
    : { type: 'standing', ref, jobId, standing: answer.standing, wantsPreview: answer.wantsPreview };
}

/** The `ref` of a word, where it has one. */
export const refOf = (message: WorkerMessage): string | undefined => ('ref' in message ? message.ref : undefined);

/** Sends a message to the worker. */
export function send(message: HouseMessage): Effect {
  return { do: 'send', frame: JSON.stringify(message) };
}

/** Tells the worker that a word was refused. */
export function failure(error: RendercastError, ref?: string | null, word?: WorkRef): Effect {
  return send({ type: 'error', ref: ref ?? null, jobId: word?.jobId ?? null, error: outwardError(error) });
}
