import { EngineError } from '../engine.js';

/** A sampler and the schedule of its noise, by the server's names. */
export interface Sampling {
  sampler: string;
  scheduler: string;
}

/** Names that people know from other programs. */
const KNOWN: Readonly<Record<string, string>> = {
  'euler a': 'euler_ancestral',
  euler: 'euler',
  heun: 'heun',
  lms: 'lms',
  dpm2: 'dpm_2',
  'dpm2 a': 'dpm_2_ancestral',
  'dpm++ 2m': 'dpmpp_2m',
  'dpm++ 2m sde': 'dpmpp_2m_sde',
  'dpm++ 3m sde': 'dpmpp_3m_sde',
  'dpm++ sde': 'dpmpp_sde',
  'dpm++ 2s a': 'dpmpp_2s_ancestral',
  ddim: 'ddim',
  unipc: 'uni_pc',
  lcm: 'lcm',
};
const SCHEDULERS: Readonly<Record<string, string>> = {
  karras: 'karras',
  exponential: 'exponential',
  'sgm uniform': 'sgm_uniform',
};

/**
 * Reads a sampler as requests name it: the server's own name, `sampler/scheduler`, or a name such as `DPM++ 2M Karras`.
 *
 * @throws EngineError `invalid_field` where the server has no such sampler or scheduler
 */
export function readSampler(
  asked: string | undefined,
  usual: Sampling,
  have: { samplers: readonly string[]; schedulers: readonly string[] },
): Sampling {
  const read = asked === undefined ? usual : namesIn(asked, usual);
  if (have.samplers.length > 0 && !have.samplers.includes(read.sampler)) throw unknown('sampler', have.samplers);
  if (have.schedulers.length > 0 && !have.schedulers.includes(read.scheduler))
    throw unknown('scheduler', have.schedulers);
  return read;
}

function namesIn(asked: string, usual: Sampling): Sampling {
  const [own = '', schedule] = asked.split('/').map((part) => part.trim());
  if (schedule !== undefined) return { sampler: own, scheduler: schedule };
  const lower = own.toLowerCase();
  for (const [words, scheduler] of Object.entries(SCHEDULERS)) {
    if (!lower.endsWith(` ${words}`)) continue;
    const sampler = lower.slice(0, -words.length - 1);
    return { sampler: KNOWN[sampler] ?? sampler, scheduler };
  }
  return { sampler: KNOWN[lower] ?? own, scheduler: usual.scheduler };
}

const unknown = (what: string, have: readonly string[]) =>
  new EngineError(
    'invalid_field',
    `request.sampler: the backend has no such ${what}; it has ${have.slice(0, 40).join(', ')}.`,
    {
      retryable: false,
    },
  );
