import fc from 'fast-check';
import { expect } from 'vitest';
import type { Frame, Target, View, ViewFrame } from '../dialect.js';
import type { LevelKind } from '../events.js';
import type { Check, DialectExam } from './exam.contract.js';
import { type History, historyOf, planArbitrary } from './histories.contract.js';
import { EXAM_EPOCH, examFileUrl } from './house.contract.js';

const RUNS = { numRuns: 60 };

/** Calls `judge` with every variant of the dialect and any lawful history. */
function forAll(
  exam: DialectExam,
  judge: (history: History, open: () => View, levels: readonly LevelKind[]) => void,
): void {
  fc.assert(
    fc.property(
      planArbitrary(exam.kinds),
      fc.constantFrom(...exam.variants),
      fc.boolean(),
      (plan, { variant, levels }, ofFeed) => {
        const history = historyOf(plan);
        const target: Target = ofFeed ? { feed: {} } : { job: history.jobId };
        const topic = ofFeed ? 'feed:' : `job:${history.jobId}`;
        const open = () => exam.dialect.createView({ topic, target, variant, fileUrl: examFileUrl, epoch: EXAM_EPOCH });
        judge(history, open, levels);
      },
    ),
    RUNS,
  );
}

/** Everything the view writes, step by step. */
function write(view: View, { steps, jobId }: History, levels: readonly LevelKind[]): ViewFrame[][] {
  return steps.map((step) => {
    if ('fact' in step) return view.fact(step.fact);
    return levels.includes(step.level.kind) ? view.level(jobId, step.level, step.preview, step.job) : [];
  });
}

const comparable = (frame: Frame) => (typeof frame === 'string' ? frame : [...frame]);
const comparableAll = (frames: readonly ViewFrame[]) =>
  frames.map((each) => ({ ...each, frame: comparable(each.frame) }));

export const viewChecks: readonly Check[] = [
  {
    title: 'the same history gives the same frames',
    run: (exam) =>
      forAll(exam, (history, open, levels) => {
        const first = write(open(), history, levels).flat();
        const second = write(open(), history, levels).flat();
        expect(comparableAll(second)).toEqual(comparableAll(first));
      }),
  },
  {
    title: 'a view leaves the facts and levels that it is given as they are',
    run: (exam) =>
      forAll(exam, (history, open, levels) => {
        const before = JSON.stringify(history.steps);
        write(open(), history, levels);
        expect(JSON.stringify(history.steps)).toBe(before);
      }),
  },
  {
    title: 'every frame says truly what it is',
    run: (exam) =>
      forAll(exam, (history, open, levels) => {
        for (const [index, frames] of write(open(), history, levels).entries()) {
          const step = history.steps[index];
          for (const frame of frames) {
            expect(frame.jobId).toBe(history.jobId);
            if (step === undefined || 'fact' in step) expect(frame.of).toBe('fact');
            else expect([frame.of, frame.position]).toEqual([step.level.kind, null]);
          }
        }
      }),
  },
  {
    title: 'positions of facts only go forward',
    run: (exam) =>
      forAll(exam, (history, open, levels) => {
        const numbers = write(open(), history, levels)
          .flat()
          .flatMap(({ position }) => (position === null ? [] : [Number(position.split(':')[1])]));
        expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
      }),
  },
  {
    title: 'a view tells the end of a job at most once, and only when it has ended',
    run: (exam) =>
      forAll(exam, (history, open, levels) => {
        const ends = write(open(), history, levels).flatMap((frames, index) =>
          frames.filter(({ frame }) => exam.read(frame).end).map(() => history.steps[index]),
        );
        expect(ends.length).toBeLessThanOrEqual(1);
        for (const step of ends)
          expect(
            step !== undefined && 'fact' in step && ['succeeded', 'failed', 'canceled'].includes(step.fact.job.state),
          ).toBe(true);
      }),
  },
  {
    title: 'a reader that catches up through a shared view learns what one of its own would have told it',
    run(exam) {
      const { observe } = exam;
      if (observe === undefined) return;
      forAll(exam, (history, open, levels) => {
        const facts = history.steps.flatMap((step) => ('fact' in step ? [step.fact] : []));
        const alone = open();
        const expected = facts.flatMap((fact) => alone.fact(fact)).map(({ frame }) => frame);
        const shared = open();
        write(shared, history, levels);
        const caughtUp = facts.flatMap((fact) => shared.fact(fact)).map(({ frame }) => frame);
        expect(observe(caughtUp)).toEqual(observe(expected));
      });
    },
  },
];
