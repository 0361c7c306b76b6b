import type { Fault } from '../fault-book.contract.js';

/** The stated time: each bad day has its verdict within it, on a busy machine too. */
const WITHIN_MS = 6_000;

const row = (fault: string, verdict: string): Fault => ({ fault, on: ['comfyui'], verdict, withinMs: WITHIN_MS });

/** The bad days of a ComfyUI server, and what becomes of a job on each. */
export const COMFYUI_FAULTS: readonly Fault[] = [
  row('500 to every call', 'engine_unavailable, again'),
  row('500 now and then', 'done'),
  row('its answer is lost', 'done'),
  row('the request never arrives', 'done'),
  row('deaf socket', 'done'),
  row('socket cut in mid-run', 'done'),
  row('socket silent after it was opened anew', 'done'),
  row('restarted in mid-run', 'engine_failed, again'),
  row('away for long in mid-run', 'engine_unavailable, again'),
  row('slow', 'done'),
  row('progress of another job', 'done'),
  row('ends twice', 'done'),
  row('end told before its history', 'done'),
  row('ends after a cancel', 'canceled'),
  row('answer lost while it is canceled', 'canceled'),
  row('our restart in mid-run', 'done'),
  row('out of memory', 'out_of_memory'),
  row('device failed', 'engine_failed, again'),
  row('a node failed', 'engine_failed'),
  row('stopped by somebody', 'engine_failed'),
  row('model not there', 'unsupported_request'),
  row('unknown sampler', 'invalid_field'),
  row('not there', 'engine_unavailable, again'),
];
