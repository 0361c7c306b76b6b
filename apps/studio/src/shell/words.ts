import { type ErrorCode, RendercastError } from '@rendercast/client';

/** What a person can do about an error. Where a field is named, the server's own words are better and stand alone. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  unreachable: 'The server does not answer. Is it running? Nothing was lost; try again in a moment.',
  queue_full: 'Too many jobs are waiting. Let some finish, or cancel some in the queue, then try again.',
  too_many_requests: 'That was too fast for the server. Wait a moment, then try again.',
  storage_unavailable: 'The server cannot store anything right now (is its disk full?). Nothing was accepted.',
  shutting_down: 'The server is going down for a restart. Try again in a moment.',
  unauthorized: 'The server wants a key that it knows. Set one under Settings.',
  forbidden: 'Your key may not do this. An operator’s key may.',
  not_found: 'It is gone: somebody removed it, or the server has cleared it away.',
  already_ended: 'It has ended already.',
  not_ended: 'It still runs. Cancel it first, or wait for its end.',
  too_large: 'The file is too big for this server. Make it smaller, or ask its operator for a higher limit.',
  unsupported_media: 'This server cannot read such a file. PNG, JPEG and WebP pictures work.',
  unsupported_request: 'No engine here can do this. Choose another engine, or leave the choice to the server.',
};

/** What a person can do about a job that failed. */
const JOB_ADVICE: Partial<Record<ErrorCode, string>> = {
  out_of_memory: 'The engine ran out of memory. Try a smaller picture, or fewer at once.',
  engine_unavailable: 'The engine cannot be reached. Start it, or choose another engine, then retry.',
  engine_failed: 'The engine gave up. Retry; if it fails again, change the model or the parameters.',
  queue_timeout: 'It waited too long for its turn. Retry when less is waiting.',
  run_timeout: 'It took longer than this server allows. Try fewer steps or a smaller picture.',
  silent_timeout: 'The engine said nothing for too long and was given up. Look after the engine, then retry.',
  worker_lost: 'The machine that ran it went away. Retry.',
  outcome_unknown:
    'Nobody knows whether it was done, and it may have been paid for. Look at the service before you retry.',
  invalid_field: 'Change what is named, then make another.',
  unsupported_request: 'Choose another engine, or leave the choice to the server.',
};

/** Any error in words for the person at the screen. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof RendercastError)) return 'Something went wrong on this page. Reload it; your jobs go on.';
  return ADVICE[error.code] ?? error.message;
}

/** The failure of a job: what the engine said, and what can be done. */
export function failureWords({ code, message }: { code: string; message: string }): string {
  const advice = JOB_ADVICE[code as ErrorCode];
  const said = /[.!?]$/.test(message.trim()) ? message.trim() : `${message.trim()}.`;
  return advice === undefined ? said : `${said} ${advice}`;
}
