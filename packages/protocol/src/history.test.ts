import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, FactBody, Level } from './events.js';
import { EPOCH, goodFeedReader, goodJobReader, honestLevel } from './fixtures/good-readers.js';
import { artifactOf, legalHistory, legalLog, numbered, queuedBody } from './fixtures/legal-histories.js';
import {
  checkHistory,
  describeViolations,
  type HistoryLog,
  type LogEntry,
  type Observation,
  type ReaderHistory,
  VIOLATIONS,
  type ViolationCode,
} from './history.js';
import type { Job } from './job.js';
import { blankFact, reduceAll } from './reduce.js';

const timings = { queuedMs: 1, runMs: 2, totalMs: 3 };
const progress = (fraction: number | null) => ({
  fraction,
  stage: null,
  step: null,
  steps: null,
  etaMs: null,
  elapsedMs: 4,
});
const error = { code: 'engine_failed', message: 'broke', retryable: true };

const write = (jobId: string, bodies: readonly FactBody[]): Fact[] =>
  bodies.map((body, index) => numbered(jobId, index + 1, body));

/** Two attempts, seven facts: 1 queued, 2 started, 3 stage, 4 retrying, 5 started, 6 output, 7 succeeded. */
const facts = write('j1', [
  queuedBody('ann', 1),
  { type: 'started', attempt: 1, engine: 'e', backend: 'b' },
  { type: 'stage', attempt: 1, stage: 'base', index: 1, count: 1, steps: 9 },
  { type: 'retrying', attempt: 1, error, counted: true, notBefore: '2030-01-01T00:00:00.000Z' },
  { type: 'started', attempt: 2, engine: 'e', backend: 'b' },
  { type: 'output', attempt: 2, slot: 0, artifact: artifactOf('j1', 2, 0) },
  { type: 'succeeded', attempt: 2, progress: progress(1), timings },
]);
const foreign = write('j2', [
  queuedBody('bob', 1),
  { type: 'canceled', attempt: 0, reason: null, progress: null, timings },
]);

const entriesOf = (...lists: readonly Fact[][]): LogEntry[] =>
  lists.flat().map((fact, index) => ({ cursor: (index + 1) * 10, fact }));
const logOf = (entries: readonly LogEntry[], more: Partial<HistoryLog> = {}): HistoryLog => ({
  epoch: EPOCH,
  entries,
  ...more,
});
const log = logOf(entriesOf(facts, foreign));

const at = (n: number): string => `${EPOCH}:${n}`;
const connected = (n: number | null): Observation => ({ saw: 'connected', position: n === null ? null : at(n) });
const fact = (n: number, from: readonly Fact[] = facts): Observation => {
  const found = from[n - 1];
  if (found === undefined) throw new Error(`no fact ${n}`);
  return { saw: 'fact', fact: found, position: at(n) };
};
const run = (from: number, to: number): Observation[] =>
  Array.from({ length: to - from + 1 }, (_, index) => fact(from + index));
const jobAt = (n: number, from: readonly Fact[] = facts): Job => {
  const job = reduceAll(from.slice(0, n));
  if (job === null) throw new Error('no job yet');
  return job;
};
const snapshot = (n: number): Observation => ({ saw: 'snapshot', position: at(n), jobs: n === 0 ? [] : [jobAt(n)] });
const level = (attempt: number, after: number, tick: number, fraction: number | null = null): Observation => ({
  saw: 'level',
  jobId: 'j1',
  level: { kind: 'progress', attempt, after, tick, ...progress(fraction) },
});
const finished: Observation = { saw: 'finished' };
const cut: Observation = { saw: 'cut' };

const reader = (observations: readonly Observation[], more: Partial<ReaderHistory> = {}): ReaderHistory => ({
  name: 'reader',
  owner: 'ann',
  target: { job: 'j1' },
  observations,
  ...more,
});
const codes = (observations: readonly Observation[], more: Partial<ReaderHistory> = {}, of: HistoryLog = log) =>
  checkHistory({ log: of, readers: [reader(observations, more)] }).map((violation) => violation.code);

describe('good histories pass', () => {
  test('readers of any job of any legal log, coming in anywhere, cut anywhere', () => {
    fc.assert(
      fc.property(legalLog(), fc.nat(40), fc.infiniteStream(fc.nat(1000)), (entries, start, numbers) => {
        const luck = { start, next: () => Number(numbers.next().value) };
        const readers = [...new Set(entries.map((entry) => entry.fact.jobId))].map((jobId) => {
          const mine = entries.filter((entry) => entry.fact.jobId === jobId).map((entry) => entry.fact);
          return goodJobReader(jobId, mine, null, luck);
        });
        expect(describeViolations(checkHistory({ log: logOf(entries, { settled: true }), readers }))).toBe('');
      }),
    );
  });

  test('feeds of an owner and of an operator, coming in anywhere, cut anywhere', () => {
    fc.assert(
      fc.property(legalLog(), fc.nat(40), fc.infiniteStream(fc.nat(1000)), (entries, start, numbers) => {
        const luck = { start, next: () => Number(numbers.next().value) };
        const readers = ['ann', 'bob', null].map((owner) => goodFeedReader(owner ?? 'operator', entries, owner, luck));
        expect(describeViolations(checkHistory({ log: logOf(entries), readers }))).toBe('');
      }),
    );
  });

  test('a removed fact counts by its number, whether log or reader holds the original', () => {
    fc.assert(
      fc.property(legalHistory({ toEnd: true }), fc.infiniteStream(fc.nat(1000)), (history, numbers) => {
        fc.pre(jobAt(history.length, history).removed === false);
        const removed = numbered('job-1', history.length + 1, { type: 'removed', artifactId: null });
        const original = [...history, removed];
        const blanked = [...history.map((one) => blankFact(one, null)), removed];
        const luck = { start: 0, next: () => Number(numbers.next().value) };
        for (const [stored, shown] of [[blanked, original] as const, [original, blanked] as const]) {
          const readers = [goodJobReader('r', shown, 'ann', luck)];
          expect(describeViolations(checkHistory({ log: logOf(entriesOf(stored)), readers }))).toBe('');
        }
      }),
    );
  });

  test('a reader that subscribed before the job existed', () => {
    expect(codes([connected(null), snapshot(0), ...run(1, 7), finished])).toEqual([]);
  });

  test('a reader that found the end in its snapshot', () => {
    expect(codes([connected(null), snapshot(7), finished])).toEqual([]);
  });

  test('a reader that knows the job by the client id of its owner', () => {
    expect(codes([connected(null), ...run(1, 7), finished], { target: { job: 'mine-1' } })).toEqual([]);
  });

  test('addresses of files differ from reader to reader and do not count', () => {
    const output = facts[5];
    if (output?.type !== 'output' || output.artifact === null) throw new Error('fact 6 is an output');
    const signed: Observation = {
      saw: 'fact',
      fact: { ...output, artifact: { ...output.artifact, url: '/x?sig=1', thumbnailUrl: '/t' } },
      position: at(6),
    };
    expect(codes([connected(5), signed, fact(7), finished])).toEqual([]);
  });

  test('a dialect without positions: every connection opens with the state and no positions are compared', () => {
    const bare = (n: number): Observation => ({ ...fact(n), position: null }) as Observation;
    expect(
      codes([connected(null), snapshot(2), bare(3), cut, connected(null), snapshot(6), bare(7), finished]),
    ).toEqual([]);
  });

  test('a wire reader may be shown an older level after a cut, a reader of the SDK may not', () => {
    const seen = [connected(null), snapshot(5), level(2, 5, 9, 0.9), cut, connected(5), level(2, 5, 3, 0.3)];
    expect(codes(seen, { wire: true })).toEqual([]);
    expect(codes(seen)).toEqual(['RC-LEVEL-BACK']);
  });

  test('a filtered feed may or may not show the fact that takes a job out of the filter', () => {
    const cursor = (n: number): Observation => ({ ...fact(n), position: at(n * 10) }) as Observation;
    const running = { target: { feed: { state: ['running' as const] } } };
    const start = { saw: 'snapshot', position: at(0), jobs: [] } as const;
    expect(codes([connected(null), start, cursor(2), cursor(3), cursor(5), cursor(6), finished], running)).toEqual([]);
    expect(codes([connected(null), start, ...[2, 3, 4, 5, 6, 7].map(cursor), finished], running)).toEqual([]);
    expect(codes([connected(null), start, cursor(1), cursor(2)], running)).toEqual(['RC-SCOPE']);
    expect(codes([connected(null), start, cursor(2), cursor(5), cursor(6), finished], running)).toEqual([
      'RC-FACT-LOST',
    ]);
  });
});

/** One planted history per line: what is wrong, what the reader saw, and the codes that must come of it. */
const planted: [string, ViolationCode[], Observation[], Partial<ReaderHistory>?, HistoryLog?][] = [
  ['a lost fact', ['RC-FACT-LOST'], [connected(null), snapshot(0), ...run(1, 3), ...run(5, 7), finished]],
  ['a lost first fact', ['RC-FACT-LOST'], [connected(null), ...run(2, 7), finished]],
  ['a lost fact after a snapshot', ['RC-FACT-LOST'], [connected(null), snapshot(3), ...run(5, 7), finished]],
  ['a lost tail', ['RC-FACT-LOST', 'RC-FACT-LOST', 'RC-END-MISSING'], [connected(null), ...run(1, 5), finished]],
  ['a double', ['RC-FACT-TWICE'], [connected(null), ...run(1, 3), ...run(3, 7), finished]],
  ['a double after a reconnect', ['RC-FACT-TWICE'], [connected(null), ...run(1, 3), cut, connected(3), ...run(3, 7)]],
  ['a fact that the snapshot holds already', ['RC-FACT-TWICE'], [connected(null), snapshot(3), ...run(3, 7)]],
  ['a reorder', ['RC-FACT-ORDER'], [connected(null), ...run(1, 3), fact(5), fact(4), ...run(6, 7), finished]],
  ['a gap hidden by a reconnect', ['RC-FACT-LOST'], [connected(null), ...run(1, 3), cut, connected(4), ...run(5, 7)]],
  [
    'a gap hidden by a snapshot',
    ['RC-FACT-LOST'],
    [connected(null), ...run(1, 3), cut, connected(3), snapshot(4), fact(5)],
  ],
  ['a missing end', ['RC-FACT-LOST', 'RC-END-MISSING'], [connected(null), ...run(1, 6), finished]],
  [
    'a changed fact',
    ['RC-FACT-CONTENT'],
    [connected(2), { saw: 'fact', fact: { ...facts[2], stage: 'other' } as Fact, position: at(3) }],
  ],
  [
    'an invented fact',
    ['RC-FACT-UNKNOWN'],
    [connected(7), { saw: 'fact', fact: numbered('j1', 8, { type: 'edited', favorite: true }), position: at(8) }],
  ],
  [
    'an invented second end',
    ['RC-END-TWICE', 'RC-FACT-UNKNOWN'],
    [
      connected(6),
      fact(7),
      {
        saw: 'fact',
        fact: numbered('j1', 8, { type: 'failed', attempt: 2, error, progress: null, timings }),
        position: null,
      },
    ],
  ],
  ['a wrong position', ['RC-POSITION'], [connected(2), { ...fact(3), position: at(4) } as Observation]],
  ['a position that is none', ['RC-POSITION'], [connected(null), { saw: 'snapshot', position: 'x', jobs: [] }]],
  [
    'a snapshot ahead of the log',
    ['RC-POSITION'],
    [connected(null), { saw: 'snapshot', position: at(9), jobs: [jobAt(7)] }],
  ],
  [
    'a snapshot that is not the fold',
    ['RC-SNAPSHOT-CONTENT'],
    [connected(null), { saw: 'snapshot', position: at(5), jobs: [jobAt(4)] }],
  ],
  ['a snapshot of the past', ['RC-SNAPSHOT-OLD'], [connected(null), snapshot(5), cut, connected(null), snapshot(3)]],
  [
    'a start in the middle without a snapshot',
    ['RC-SNAPSHOT-MISSING'],
    [connected(null), { saw: 'snapshot', position: at(4), jobs: [] }],
  ],
  ['a level after the end', ['RC-LEVEL-AFTER-END'], [connected(6), fact(7), level(2, 6, 1)]],
  [
    'a level in the snapshot of an ended job',
    ['RC-LEVEL-AFTER-END'],
    [
      connected(null),
      {
        ...snapshot(7),
        levels: { progress: (level(2, 6, 1) as { level: Extract<Level, { kind: 'progress' }> }).level },
      } as Observation,
    ],
  ],
  ['a level of a stale attempt', ['RC-LEVEL-STALE'], [connected(4), fact(5), level(1, 3, 9)]],
  ['a level ahead of its fact', ['RC-LEVEL-AHEAD'], [connected(4), level(2, 5, 1)]],
  ['a level of a job not yet seen', ['RC-LEVEL-AHEAD'], [connected(null), snapshot(0), level(1, 2, 1)]],
  ['a level of a given-up attempt while waiting', ['RC-LEVEL-STATE'], [connected(3), fact(4), level(1, 3, 9)]],
  [
    'a place in the line while running',
    ['RC-LEVEL-STATE'],
    [
      connected(5),
      {
        saw: 'level',
        jobId: 'j1',
        level: {
          kind: 'place',
          attempt: 2,
          after: 5,
          tick: 1,
          position: 1,
          waiting: 1,
          reason: 'in_line',
          message: '',
        },
      },
    ],
  ],
  ['levels that go back', ['RC-LEVEL-BACK'], [connected(5), level(2, 5, 2), level(2, 5, 1)]],
  ['progress that falls', ['RC-PROGRESS-FELL'], [connected(5), level(2, 5, 1, 0.5), level(2, 5, 2, 0.4)]],
  [
    'progress that falls at the end',
    ['RC-PROGRESS-FELL'],
    [
      connected(6),
      level(2, 6, 1, 0.9),
      { saw: 'fact', fact: { ...facts[6], progress: progress(0.5) } as Fact, position: at(7) },
    ],
    {},
    logOf(entriesOf([...facts.slice(0, 6), { ...facts[6], progress: progress(0.5) } as Fact])),
  ],
  ['progress over the whole', ['RC-PROGRESS-RANGE'], [connected(5), level(2, 5, 1, 1.5)]],
  ['progress that is no number', ['RC-PROGRESS-RANGE'], [connected(5), level(2, 5, 1, Number.NaN)]],
  [
    'a reset without reason',
    ['RC-RESET-UNCALLED'],
    [connected(3), { saw: 'reset', reason: 'ahead', position: at(5), jobs: [jobAt(5)] }, ...run(6, 7), finished],
  ],
  [
    'a reset of the epoch without a restore',
    ['RC-RESET-UNCALLED'],
    [connected(3), { saw: 'reset', reason: 'epoch', position: at(5), jobs: [jobAt(5)] }],
  ],
  [
    'a reset of a good position as malformed',
    ['RC-RESET-UNCALLED'],
    [connected(3), { saw: 'reset', reason: 'malformed', position: at(3), jobs: [jobAt(3)] }],
  ],
  [
    'a reset behind a horizon that was never raised',
    ['RC-RESET-UNCALLED'],
    [connected(3), { saw: 'reset', reason: 'horizon', position: at(3), jobs: [jobAt(3)] }],
  ],
  ['silence at a malformed position', ['RC-RESET-MISSING'], [{ saw: 'connected', position: 'rubbish' }, ...run(1, 2)]],
  [
    'silence at a position ahead of the log',
    ['RC-RESET-MISSING', 'RC-FACT-TWICE'],
    [connected(6), fact(7), cut, connected(12), fact(7)],
  ],
  [
    'silence at a position of a lost epoch',
    ['RC-RESET-MISSING'],
    [{ saw: 'connected', position: 'old:3' }, snapshot(4)],
  ],
  [
    'another job on a stream of one',
    ['RC-SCOPE'],
    [connected(2), { ...fact(1, foreign) } as Observation],
    { owner: null },
  ],
  ['a foreign owner on a stream of one', ['RC-OWNER-FOREIGN'], [connected(2), fact(1, foreign)]],
  [
    'a foreign owner’s level',
    ['RC-OWNER-FOREIGN'],
    [connected(2), { saw: 'level', jobId: 'j2', level: honestLevel(jobAt(1, foreign), 1) as Level }],
  ],
  [
    'a foreign owner’s snapshot',
    ['RC-OWNER-FOREIGN'],
    [connected(null), { saw: 'snapshot', position: at(1), jobs: [jobAt(1, foreign)] }],
    { target: { job: 'j2' } },
  ],
  [
    'a claim to have watched an unended job to its end',
    ['RC-END-MISSING'],
    [connected(null), ...run(1, 3), finished],
    {},
    logOf(entriesOf(facts.slice(0, 3))),
  ],
];

describe('planted histories are caught', () => {
  test.each(planted)('%s', (_what, expected, observations, more = {}, of = log) => {
    expect(codes(observations, more, of).toSorted()).toEqual(expected.toSorted());
  });

  const feed = (n: number): Observation => {
    const entry = log.entries[n - 1];
    if (entry === undefined) throw new Error(`no entry ${n}`);
    return { saw: 'fact', fact: entry.fact, position: at(entry.cursor) };
  };
  const start = [connected(null), { saw: 'snapshot', position: at(0), jobs: [] }] as const;
  const all = { target: { feed: {} } };

  test('on a feed: a lost fact, a double, a reorder, a foreign owner, a missing tail', () => {
    expect(codes([...start, feed(1), feed(3)], all)).toEqual(['RC-FACT-LOST']);
    expect(codes([...start, feed(1), feed(1)], all)).toEqual(['RC-FACT-TWICE']);
    expect(codes([...start, feed(1), feed(3), feed(2)], all)).toEqual(['RC-FACT-ORDER']);
    expect(codes([...start, feed(1), feed(8)], all)).toEqual(['RC-OWNER-FOREIGN']);
    expect(codes([...start, ...[1, 2, 3, 4, 5, 6].map(feed), finished], all)).toEqual(['RC-FACT-LOST']);
    expect(codes([...start, feed(1), cut, connected(30), feed(4)], all)).toEqual(['RC-FACT-LOST', 'RC-FACT-LOST']);
    expect(codes([...start, feed(1), { saw: 'finished', upTo: at(20) }], all)).toEqual(['RC-FACT-LOST']);
  });

  test('on a feed of an operator both owners are in scope and must be complete', () => {
    const everything = { ...all, owner: null };
    expect(codes([...start, ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(feed), finished], everything)).toEqual([]);
    expect(codes([...start, ...[1, 2, 3, 4, 5, 6, 7, 9].map(feed), finished], everything)).toEqual(['RC-FACT-LOST']);
  });

  test('on a feed: levels are judged by the job they belong to', () => {
    expect(codes([...start, feed(1), level(1, 2, 1)], all)).toEqual(['RC-LEVEL-AHEAD']);
    expect(codes([...start, feed(1), feed(2), level(1, 2, 1)], all)).toEqual([]);
    expect(codes([...start, ...[1, 2, 3, 4, 5, 6, 7].map(feed), level(2, 6, 1)], all)).toEqual(['RC-LEVEL-AFTER-END']);
  });
});

describe('resets that the log calls for', () => {
  const reset = (reason: 'epoch' | 'horizon' | 'ahead' | 'malformed', n: number): Observation => ({
    saw: 'reset',
    reason,
    position: at(n),
    jobs: [jobAt(n)],
  });

  test('a malformed position, one ahead of the log, and one of another epoch', () => {
    expect(codes([{ saw: 'connected', position: '???' }, reset('malformed', 5), ...run(6, 7), finished])).toEqual([]);
    expect(codes([connected(99), reset('ahead', 5), ...run(6, 7), finished])).toEqual([]);
    expect(codes([{ saw: 'connected', position: 'old:3' }, reset('epoch', 5), ...run(6, 7), finished])).toEqual([]);
  });

  test('a feed reader behind the horizon, and a reader of a pruned job', () => {
    const raised = logOf(log.entries, { horizon: 30 });
    const seen: Observation[] = [connected(10), { saw: 'reset', reason: 'horizon', position: at(60), jobs: [] }];
    expect(codes(seen, { target: { feed: {} } }, raised)).toEqual([]);
    expect(codes([connected(3), reset('horizon', 7)], {}, logOf(log.entries, { pruned: ['j1'] }))).toEqual([]);
  });

  test('a restore: facts of the lost epoch are judged by its own log, and going on in silence is caught', () => {
    const old = logOf(entriesOf(facts.slice(0, 5)), { epoch: 'old' });
    const restored = logOf(
      entriesOf([
        ...facts.slice(0, 2),
        ...write('j1', [
          queuedBody('ann'),
          queuedBody('ann'),
          { type: 'canceled', attempt: 1, reason: null, progress: null, timings },
        ])
          .slice(2)
          .map((one) => ({ ...one, seq: 3 })),
      ]),
      { former: [old] },
    );
    const end = restored.entries.at(-1)?.fact;
    if (end === undefined) throw new Error('the restored log has an end');
    const before: Observation[] = [
      { saw: 'connected', position: 'old:3' },
      { saw: 'fact', fact: facts[3] as Fact, position: 'old:4' },
      cut,
      { saw: 'connected', position: 'old:4' },
    ];
    const said: Observation = { saw: 'reset', reason: 'epoch', position: at(2), jobs: [jobAt(2)] };
    const tail: Observation[] = [{ saw: 'fact', fact: end, position: at(3) }, finished];
    expect(codes([...before, said, ...tail], {}, restored)).toEqual([]);
    expect(codes([...before, ...tail], {}, restored)).toContain('RC-RESET-MISSING');
  });
});

describe('the log itself is judged', () => {
  const of = (bodies: readonly FactBody[], more: Partial<HistoryLog> = {}) =>
    checkHistory({ log: logOf(entriesOf(write('j', bodies)), more), readers: [] }).map((violation) => violation.code);
  const queued = queuedBody('ann');
  const started = (attempt: number): FactBody => ({ type: 'started', attempt, engine: 'e', backend: 'b' });
  const succeeded = (attempt: number): FactBody => ({ type: 'succeeded', attempt, progress: progress(1), timings });
  const canceling: FactBody = { type: 'canceling', reason: null };
  const retrying: FactBody = { type: 'retrying', attempt: 1, error, counted: true, notBefore: '' };

  test.each<[string, ViolationCode, FactBody[], Partial<HistoryLog>?]>([
    ['two ends', 'RC-END-TWICE', [queued, started(1), succeeded(1), succeeded(1)]],
    ['no end once all is settled', 'RC-END-MISSING', [queued, started(1)], { settled: true }],
    ['a note after the end', 'RC-LOG-AFTER-END', [queued, started(1), succeeded(1), { type: 'note', data: {} }]],
    ['no beginning', 'RC-LOG-FIRST', [started(1)]],
    ['two beginnings', 'RC-LOG-FIRST', [queued, queued]],
    [
      'a fact of a superseded attempt',
      'RC-LOG-ATTEMPT',
      [
        queued,
        started(1),
        retrying,
        started(2),
        { type: 'stage', attempt: 1, stage: 's', index: null, count: null, steps: null },
      ],
    ],
    ['an end of a superseded attempt', 'RC-LOG-ATTEMPT', [queued, started(1), retrying, started(2), succeeded(1)]],
    ['success without a start', 'RC-LOG-ATTEMPT', [queued, succeeded(0)]],
    ['the same attempt claimed twice', 'RC-LOG-ATTEMPT', [queued, started(1), started(1)]],
    ['a retry after a cancel', 'RC-LOG-CANCEL', [queued, started(1), canceling, retrying]],
    ['a start after a cancel', 'RC-LOG-CANCEL', [queued, canceling, started(1)]],
  ])('%s', (_what, code, bodies, more) => {
    expect(of(bodies, more)).toEqual([code]);
  });

  test('numbers with a hole, numbers twice, cursors out of order', () => {
    const entries = entriesOf(facts);
    const hole = entries.filter((entry) => entry.fact.seq !== 3);
    expect(checkHistory({ log: logOf(hole), readers: [] }).map(({ code }) => code)).toEqual(['RC-LOG-NUMBERS']);
    const twice = [...entries, { cursor: 1000, fact: facts[6] as Fact }];
    expect(checkHistory({ log: logOf(twice), readers: [] }).map(({ code }) => code)).toContain('RC-LOG-NUMBERS');
    const swapped = entries.map((entry) => ({ ...entry, cursor: -entry.cursor }));
    expect(checkHistory({ log: logOf(swapped), readers: [] }).map(({ code }) => code)).toContain('RC-LOG-ORDER');
  });
});

describe('no planted fault slips through by chance', () => {
  const faults = fc.constantFrom('drop', 'double', 'swap', 'alter');

  test('dropping, doubling, swapping or altering any fact of any good history is caught', () => {
    fc.assert(
      fc.property(
        legalHistory({ toEnd: true }),
        fc.infiniteStream(fc.nat(1000)),
        faults,
        fc.nat(50),
        (history, numbers, fault, choice) => {
          const luck = { start: 0, next: () => Number(numbers.next().value), forgets: false };
          const good = goodJobReader('r', history, 'ann', luck);
          const places = good.observations.flatMap((seen, index) =>
            seen.saw === 'fact' && seen.fact.seq <= endOf(history) ? [index] : [],
          );
          fc.pre(places.length > 1);
          const place = places[choice % (places.length - 1)] ?? 0;
          const next = places[(choice % (places.length - 1)) + 1] ?? 0;
          const seen = [...good.observations];
          const here = seen[place] as Extract<Observation, { saw: 'fact' }>;
          if (fault === 'drop') seen.splice(place, 1);
          else if (fault === 'double') seen.splice(next, 0, here);
          else if (fault === 'swap') [seen[place], seen[next]] = [seen[next] as Observation, here];
          else seen[place] = { ...here, fact: { ...here.fact, at: 'never' } };
          const found = checkHistory({ log: logOf(entriesOf(history)), readers: [{ ...good, observations: seen }] });
          expect(found.map((violation) => violation.code)).toContain(
            { drop: 'RC-FACT-LOST', double: 'RC-FACT-TWICE', swap: 'RC-FACT-ORDER', alter: 'RC-FACT-CONTENT' }[fault],
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('every code of the table has a planted history', () => {
    const used = new Set<string>(planted.flatMap(([, expected]) => expected));
    const logCodes = Object.keys(VIOLATIONS).filter((code) => code.startsWith('RC-LOG-'));
    expect(Object.keys(VIOLATIONS).filter((code) => !used.has(code) && !logCodes.includes(code))).toEqual([]);
  });
});

function endOf(history: readonly Fact[]): number {
  return history.find((one) => ['succeeded', 'failed', 'canceled'].includes(one.type))?.seq ?? 0;
}
