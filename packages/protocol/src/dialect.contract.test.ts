import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type DialectExam, describeDialect, dialectChecks, type SocketExam } from './dialect.contract.js';
import type { Dialect, Effect, Session, SessionInit, View, ViewContext } from './dialect.js';
import { route } from './dialect.js';
import type { Job } from './job.js';
import { isEnded } from './reduce.js';

/**
 * A dialect of the shape opposite to the native one, to keep the interface honest: one socket is one job, the
 * socket itself submits, the server keeps it alive by messages on a clock, and closes it after the end. Over
 * HTTP the submission blocks until the job has ended.
 */
const KEEP_ALIVE_MS = 15_000;
const renderSchema = z.object({ words: z.string().min(1) });
const endSchema = z.object({ job: z.string(), outcome: z.string(), files: z.array(z.string()) });

const endOf = (job: Job, { fileUrl }: Pick<ViewContext, 'fileUrl'>) => ({
  job: job.id,
  outcome: job.state,
  files: job.outputs.map(({ artifact }) => fileUrl.artifact(artifact.id, 'file')),
});

function createSampleView(context: ViewContext): View {
  return {
    fact({ fact, job }) {
      if (fact.type !== 'succeeded' && fact.type !== 'failed' && fact.type !== 'canceled') return [];
      return [{ frame: JSON.stringify(endOf(job, context)), jobId: job.id, position: null, of: 'fact' }];
    },
    level(jobId, level) {
      if (level.kind !== 'progress' || level.fraction === null) return [];
      return [
        { frame: JSON.stringify({ percent: Math.floor(level.fraction * 100) }), jobId, position: null, of: 'progress' },
      ];
    },
  };
}

function createSampleSession(init: SessionInit): Session {
  let phase: 'asking' | 'submitting' | 'following' | 'over' = init.params.id === undefined ? 'asking' : 'following';
  const say = (message: object): Effect => ({ do: 'send', frame: JSON.stringify(message) });
  const again = (nowMs: number): Effect => ({ do: 'wake', atMs: nowMs + KEEP_ALIVE_MS });
  const follow = (job: string): Effect => ({
    do: 'follow',
    target: { job },
    position: null,
    variant: '',
    levels: ['progress'],
  });
  const over = (last: object | null, code: number): Effect[] => {
    phase = 'over';
    return [...(last === null ? [] : [say(last)]), { do: 'close', code, reason: '' }];
  };
  return {
    open(nowMs) {
      const { id } = init.params;
      return id === undefined ? [again(nowMs)] : [again(nowMs), follow(id)];
    },
    message(data) {
      if (phase !== 'asking') return [];
      const parsed = renderSchema.safeParse(typeof data === 'string' ? readJson(data) : null);
      if (!parsed.success) return over({ wrong: 'words are missing' }, 1000);
      phase = 'submitting';
      const { words } = parsed.data;
      return [
        {
          do: 'call',
          tag: 'submit',
          verb: (verbs) =>
            verbs.submit(
              { kind: 'image', request: { prompt: words }, engine: 'auto', priority: 0, tags: [] },
              { via: 'sample' },
            ),
        },
      ];
    },
    tick: (nowMs) => (phase === 'over' ? [] : [say({ still: 'here' }), again(nowMs)]),
    followed({ snapshot }) {
      if (snapshot !== null && isEnded(snapshot.job)) return over(endOf(snapshot.job, init), 1000);
      return [];
    },
    refused: (_target, error) => over({ wrong: error.message }, 1000),
    passed: (frames) => (frames.some(({ of }) => of === 'fact') ? over(null, 1000) : []),
    settled(_tag, outcome) {
      if (!outcome.ok) return over({ wrong: outcome.error.message }, 1000);
      phase = 'following';
      return [follow((outcome.value as { job: Job }).job.id)];
    },
    drain: () => (phase === 'over' ? [] : over({ wrong: 'the server goes down' }, 1012)),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const sampleDialect: Dialect = {
  name: 'sample',
  routes: [
    route({
      method: 'POST',
      path: '/sample/render',
      name: 'sampleRender',
      summary: 'Render, and wait for it',
      role: 'user',
      body: renderSchema,
      answers: { 200: { description: 'It has ended.', schema: endSchema } },
      async handle({ body, signal, fileUrl }, verbs) {
        const request = { prompt: body.words };
        const { job } = await verbs.submit(
          { kind: 'image', request, engine: 'auto', priority: 0, tags: [] },
          { via: 'sample' },
        );
        return { status: 200, json: endOf(await verbs.ended(job.id, signal), { fileUrl }) };
      },
    }),
  ],
  sockets: [
    { path: '/sample/render', summary: 'One socket, one render', createSession: createSampleSession },
    { path: '/sample/renders/:id', summary: 'Join a render', createSession: createSampleSession },
  ],
  createView: createSampleView,
  error: (error) => ({ status: error.status, body: { wrong: error.code } }),
};

const [submitting, joining] = sampleDialect.sockets.map((socket, index): SocketExam => {
  const joins = index === 1;
  return {
    named: socket.summary,
    socket,
    ...(joins ? { params: { id: 'job_0000000000000000000001' } } : {}),
    conversation: joins ? [] : ['{"words":"a red fox"}'],
    submits: !joins,
    closesAfterEnd: 1000,
    garbageCloses: { before: !joins, after: false },
  };
}) as [SocketExam, SocketExam];

const read = (frame: unknown): Record<string, unknown> => JSON.parse(frame as string) as Record<string, unknown>;
const sampleExam: DialectExam = {
  dialect: sampleDialect,
  variants: [{ variant: '', levels: ['progress'] }],
  sockets: [submitting, joining],
  calls: [{ route: 'sampleRender', body: { words: 'a red fox' }, status: 200 }],
  read: (frame) => ({ end: 'outcome' in read(frame), level: 'percent' in read(frame) }),
  isGoodbye: (frame) => 'wrong' in read(frame),
  observe: (frames) => frames.map(read).find((message) => 'outcome' in message),
};

describeDialect(sampleExam);

/** Wraps each session that a dialect makes. */
const withSessions = (exam: DialectExam, change: (session: Session) => Session): DialectExam => ({
  ...exam,
  sockets: exam.sockets.map((each) => ({
    ...each,
    socket: { ...each.socket, createSession: (init) => change(each.socket.createSession(init)) },
  })),
});
const withDialect = (change: Partial<Dialect>): DialectExam => ({
  ...sampleExam,
  dialect: { ...sampleDialect, ...change },
});
const [render] = sampleDialect.routes as [Dialect['routes'][number]];
let count = 0;

/** Dialects with one fault each, and the check that must find it. */
const FAULTS: { fault: string; exam: DialectExam; caughtBy: RegExp }[] = [
  {
    fault: 'two routes on one address',
    exam: withDialect({ routes: [render, { ...render, name: 'other' }] }),
    caughtBy: /address and a name/,
  },
  {
    fault: 'a route on the address of the house',
    exam: withDialect({ routes: [{ ...render, path: '/health' }] }),
    caughtBy: /address and a name/,
  },
  {
    fault: 'a path parameter that is not declared',
    exam: withDialect({ routes: [{ ...render, path: '/sample/:id' }] }),
    caughtBy: /says what it takes/,
  },
  {
    fault: 'an answer unlike its documentation',
    exam: withDialect({
      routes: [{ ...render, answers: { 200: { description: '', schema: z.object({ url: z.string() }) } } }],
    }),
    caughtBy: /as it documents/,
  },
  {
    fault: 'a refusal that is swallowed',
    exam: withDialect({
      routes: [
        {
          ...render,
          handle: (request, verbs) => render.handle(request, verbs).catch(() => ({ status: 200, json: {} })),
        },
      ],
    }),
    caughtBy: /passes on the refusals/,
  },
  {
    fault: 'an error that tells what is inside',
    exam: withDialect({
      error: (error) => ({ status: error.status, body: { wrong: `${error.message} ${String(error.cause)}` } }),
    }),
    caughtBy: /lets nothing internal out/,
  },
  {
    fault: 'a view that counts',
    exam: withDialect({
      createView: (context) => {
        const view = createSampleView(context);
        return {
          ...view,
          fact: (logged) =>
            view
              .fact(logged)
              .map((each) => ({ ...each, frame: `${String(each.frame).slice(0, -1)},"n":${(count += 1)}}` })),
        };
      },
    }),
    caughtBy: /same history gives the same frames/,
  },
  {
    fault: 'a view that changes what it is given',
    exam: withDialect({
      createView: (context) => ({
        ...createSampleView(context),
        fact(logged) {
          logged.job.tags = [];
          return [];
        },
      }),
    }),
    caughtBy: /as they are/,
  },
  {
    fault: 'a view that tells the end with every fact after it',
    exam: withDialect({
      createView: (context) => ({
        ...createSampleView(context),
        fact: ({ job }) =>
          isEnded(job)
            ? [{ frame: JSON.stringify(endOf(job, context)), jobId: job.id, position: null, of: 'fact' }]
            : [],
      }),
    }),
    caughtBy: /end of a job at most once/,
  },
  {
    fault: 'a view that forgets the end once it has told it',
    exam: withDialect({
      createView: (context) => {
        let told = false;
        return {
          ...createSampleView(context),
          fact(logged) {
            const frames = told ? [] : createSampleView(context).fact(logged);
            told ||= frames.length > 0;
            return frames;
          },
        };
      },
    }),
    caughtBy: /shared view/,
  },
  {
    fault: 'a session that says nothing to those who come after the end',
    exam: withSessions(sampleExam, (session) => ({ ...session, followed: () => [] })),
    caughtBy: /hears the end exactly once/,
  },
  {
    fault: 'a session that never closes',
    exam: withSessions(sampleExam, (session) => ({ ...session, passed: () => [] })),
    caughtBy: /closes after the end/,
  },
  {
    fault: 'a session that trusts its input',
    exam: withSessions(sampleExam, (session) => ({
      ...session,
      message: (data, nowMs) => (JSON.parse(String(data)) === null ? [] : session.message(data, nowMs)),
    })),
    caughtBy: /garbage/,
  },
  {
    fault: 'a session that closes on garbage where it must not',
    exam: withSessions(sampleExam, (session) => ({
      ...session,
      message: () => [{ do: 'close', code: 1008, reason: '' }],
    })),
    caughtBy: /garbage/,
  },
  {
    fault: 'a session that leaves without a word',
    exam: withSessions(sampleExam, (session) => ({
      ...session,
      drain: () => [{ do: 'close', code: 1012, reason: '' }],
    })),
    caughtBy: /goodbye/,
  },
];

describe('the contract of dialects bites', () => {
  test.each(FAULTS)('$fault is caught', async ({ exam, caughtBy }) => {
    const check = dialectChecks.find(({ title }) => caughtBy.test(title));
    expect(check).toBeDefined();
    await expect((async () => check?.run(exam))()).rejects.toThrow();
  });
});
