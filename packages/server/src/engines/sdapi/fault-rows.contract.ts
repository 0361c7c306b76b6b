import type { Fault } from '../fault-book.contract.js';
import type { Mishap } from './fake/manners.js';
import type { Kind } from './fake/server-state.js';

/** Everything is lost after so long in the tests of these servers. */
export const LOST_MS = 1_200;
/** No verdict takes longer than the loss, one answer that is waited for and some room for a busy machine. */
const VERDICT_MS = 5_000;

interface SdapiFault extends Fault {
  on: readonly Kind[];
  /** What the fake calls it, where one request has it. */
  mishap?: Mishap;
}

const row = (fault: string, on: readonly Kind[], verdict: string, mishap?: Mishap): SdapiFault => ({
  ...{ fault, on, verdict, withinMs: VERDICT_MS },
  ...(mishap === undefined ? {} : { mishap }),
});

const ALL = ['sdnext', 'a1111', 'forge', 'sdcpp'] as const;
const TELL_PROGRESS = ['sdnext', 'a1111', 'forge'] as const;

/** The bad days of these servers, and what becomes of a job on each. */
export const SDAPI_FAULTS: readonly SdapiFault[] = [
  row('500 in mid-run', ALL, 'engine_failed, again', 'error'),
  row('cut in mid-run', ['sdnext', 'a1111', 'sdcpp'], 'engine_unavailable, again', 'cut'),
  row('its answer is lost', ['sdnext', 'a1111'], 'engine_unavailable, again', 'deaf'),
  row('deaf in mid-run', ALL, 'engine_unavailable, again'),
  row('restarted in mid-run', ALL, 'engine_unavailable, again'),
  row('half-open after a restart', TELL_PROGRESS, 'engine_unavailable, again'),
  row('slow', ALL, 'done'),
  row('progress of another job', ALL, 'done'),
  row('ends after a cancel', ALL, 'canceled'),
  row('interrupt is lost', TELL_PROGRESS, 'canceled'),
  row('our restart in mid-run', TELL_PROGRESS, 'done'),
  row('out of memory', ['a1111', 'forge'], 'out_of_memory, again', 'honest-memory'),
  row('out of memory, swallowed', ['sdnext'], 'engine_failed, again', 'swallowed-memory'),
  row('stopped by somebody', ['sdnext', 'a1111'], 'engine_failed, again', 'foreign-interrupt'),
  row('another model', TELL_PROGRESS, 'engine_failed'),
  row('no model', ['sdnext'], 'engine_unavailable, again', 'no-model'),
  row('429 after the work', ['sdnext'], 'engine_unavailable, again', 'rate-limit'),
  row('429 before the work', ['sdnext'], 'engine_unavailable, again'),
  row('500 for a field', ['sdnext'], 'engine_failed', 'type-error'),
  row('answer is no JSON', ['sdnext', 'a1111', 'sdcpp'], 'engine_failed, again', 'not-json'),
  row('output is no media', ['sdnext', 'sdcpp'], 'engine_failed, again', 'not-a-picture'),
  row('one output short', ALL, 'engine_failed, again', 'one-short'),
  row('422 for a field', ALL, 'invalid_field'),
  row('unknown sampler', TELL_PROGRESS, 'invalid_field'),
  row('not there', ['sdnext'], 'engine_unavailable, again'),
  row('password refused', ['sdnext'], 'engine_unavailable, again'),
];
