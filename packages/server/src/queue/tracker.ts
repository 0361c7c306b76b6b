import { type Growing, type LevelOf, LIMITS, type LoggedFact, type Progress, type Stamp } from '@rendercast/protocol';
import type { PreviewReport, ProgressReport, StageReport } from '../engines/engine.js';
import type { Claim } from '../stores/store.js';
import { createPace } from './pace.js';
import type { RunParts } from './run-parts.js';

/** Progress is kept beside the row at most this often, in milliseconds: a courtesy after a restart. */
const SAVE_EVERY_MS = 1_000;

/** Follows how far one attempt is, makes its levels, and knows when the engine was last heard. */
export interface Tracker {
  stage(stage: StageReport): void;
  progress(report: ProgressReport): void;
  preview(preview: PreviewReport): void;
  /** So much of an output can be fetched already. */
  grows(growing: Growing): void;
  /** That output is whole. */
  whole(slot: number): void;
  /** The attempt was told to be so far through another process: it never falls behind that. */
  reachedElsewhere(level: LevelOf<'progress'>): void;
  /** Facts of this attempt were stored: levels follow them from now on. */
  follows(logged: readonly LoggedFact[]): void;
  /** The engine was heard, or waits for the house. */
  heard(): void;
  /** While this runs the engine waits for the house and is not silent. */
  waiting<T>(work: () => Promise<T>): Promise<T>;
  /** How far it has come, for the fact that ends it. */
  reached(): Progress;
  elapsedMs(): number;
  silentMs(): number;
}

/** How far an attempt had come before this process followed it. */
export interface Earlier {
  elapsedMs: number;
  progress: Progress | null;
}

/** Starts following an attempt: one that was just claimed, or with `earlier` one that has run for a while. */
export function createTracker(
  { clock, bus, store }: Pick<RunParts, 'clock' | 'bus' | 'store'>,
  claim: Pick<Claim, 'job' | 'logged'>,
  earlier: Earlier = { elapsedMs: 0, progress: null },
): Tracker {
  const { job } = claim;
  const startedMs = clock.monotonic() - earlier.elapsedMs;
  const pace = createPace();
  let heardMs = clock.monotonic();
  let savedMs = Number.NEGATIVE_INFINITY;
  let waitingFor = 0;
  let after = claim.logged.at(-1)?.fact.seq ?? job.seq;
  let tick = 0;
  const growing = new Map<number, Growing>();
  let now: Progress = earlier.progress ?? {
    ...{ fraction: null, stage: job.stage, step: null, steps: job.steps, etaMs: null, elapsedMs: 0 },
  };

  const elapsedMs = () => Math.max(0, Math.round(clock.monotonic() - startedMs));
  const heard = () => {
    heardMs = clock.monotonic();
  };
  const stamp = (): Stamp => {
    tick = Math.max(tick + 1, clock.now());
    return { attempt: job.attempt, after, tick };
  };
  function tell(): void {
    now = { ...now, elapsedMs: elapsedMs() };
    bus.publishLevel({
      jobId: job.id,
      owner: job.owner,
      level: {
        kind: 'progress',
        ...stamp(),
        ...now,
        ...(growing.size === 0 ? {} : { growing: [...growing.values()] }),
      },
      preview: null,
    });
    if (clock.monotonic() - savedMs < SAVE_EVERY_MS) return;
    savedMs = clock.monotonic();
    store.saveProgress(job.id, job.attempt, now);
  }

  return {
    stage(stage) {
      heard();
      now = { ...now, stage: stage.stage, steps: whole(stage.steps) ?? now.steps };
      tell();
    },
    progress(report) {
      heard();
      const fraction = highest(now.fraction, part(report.fraction));
      const paceMs = fraction === null ? null : pace.at(fraction, elapsedMs());
      const etaMs = report.etaMs !== undefined && report.etaMs >= 0 ? Math.round(report.etaMs) : paceMs;
      const step = highest(now.step, whole(report.step));
      now = { ...now, fraction, step, steps: whole(report.steps) ?? now.steps, etaMs };
      tell();
    },
    preview({ bytes, mediaType, width, height }) {
      heard();
      if (bytes.length > LIMITS.previewBytes) return;
      const level = { kind: 'preview', ...stamp(), mediaType, width, height, sizeBytes: bytes.length } as const;
      bus.publishLevel({ jobId: job.id, owner: job.owner, level, preview: { mediaType, bytes } });
    },
    grows(said) {
      growing.set(said.slot, said);
      tell();
    },
    whole(slot) {
      growing.delete(slot);
    },
    reachedElsewhere(level) {
      if (level.attempt !== job.attempt) return;
      after = Math.max(after, level.after);
      tick = Math.max(tick, level.tick);
      const fraction = highest(now.fraction, level.fraction);
      now = { ...now, fraction, step: highest(now.step, level.step), steps: level.steps ?? now.steps };
    },
    follows(logged) {
      for (const { fact } of logged) after = Math.max(after, fact.seq);
    },
    heard,
    async waiting(work) {
      waitingFor++;
      try {
        return await work();
      } finally {
        waitingFor--;
        heard();
      }
    },
    reached: () => ({ ...now, etaMs: null, elapsedMs: elapsedMs() }),
    elapsedMs,
    silentMs: () => (waitingFor > 0 ? 0 : clock.monotonic() - heardMs),
  };
}

/** A part of the whole, or null where the engine does not say or says nonsense. */
function part(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.min(1, Math.max(0, value));
}

function whole(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.max(0, Math.floor(value));
}

/** Nothing that is known falls or is unlearnt within an attempt. */
function highest(before: number | null, next: number | null): number | null {
  if (before === null || next === null) return next ?? before;
  return Math.max(before, next);
}
