import { type DialectExam, describeDialect, type SocketExam } from '../../dialect.contract.js';
import type { Frame } from '../../dialect.js';
import { CALLS } from './fixtures/calls.js';
import { progressFeedDialect } from './index.js';
import { VARIANTS } from './view.js';

const JOB = 'job_0000000000000000000001';
const say = (message: object) => JSON.stringify(message);
const read = (frame: Frame) =>
  JSON.parse(frame as string) as Record<string, unknown> & { data?: Record<string, unknown> };

/** Of the flat messages, a progress of 100 and an error are the last word. */
function endsJob(frame: Frame): boolean {
  const { type, data, progress } = read(frame);
  if (data !== undefined) return type === 'generation_complete';
  return progress === 100 || type === 'error' || type === 'generation_error';
}

function isLevel(frame: Frame): boolean {
  const { type, data, progress } = read(frame);
  if (data !== undefined) return type === 'progress_update' && data.status === 'running';
  return progress !== undefined && progress !== 100;
}

/** One of each form; the mounts differ in nothing else. */
const forms = progressFeedDialect.sockets.filter(({ path }) => /^\/ws|^\/v1\/generation/.test(path));
const sockets = forms.flatMap((socket): SocketExam[] => {
  const common = { socket, closesAfterEnd: null, garbageCloses: { before: false, after: false } };
  return [
    {
      ...common,
      named: `${socket.path}, subscribed to a job`,
      submits: false,
      conversation: [say({ type: 'subscribe', job_ids: [JOB] })],
    },
    {
      ...common,
      named: `${socket.path}, with previews and twice`,
      submits: false,
      conversation: [
        say({ type: 'subscribe', job_ids: [JOB] }),
        say({ type: 'subscribe', job_ids: [JOB], include_previews: true }),
      ],
    },
    // These hear of a job only what comes after them, or before its end.
    {
      ...common,
      named: `${socket.path}, subscribed to all`,
      submits: true,
      conversation: [say({ type: 'subscribe', job_ids: null })],
    },
    { ...common, named: `${socket.path}, never subscribed`, submits: true, conversation: [] },
  ];
});

const exam: DialectExam = {
  dialect: progressFeedDialect,
  kinds: ['image'],
  variants: VARIANTS.map((variant) => ({
    variant,
    levels: variant === 'previews' ? ['progress', 'preview'] : ['progress'],
  })),
  sockets,
  calls: CALLS,
  read: (frame) => ({ end: endsJob(frame), level: isLevel(frame) }),
  isGoodbye: (frame) => read(frame).type === 'draining',
  // What a newcomer cannot know: images that were removed since, and the prompt.
  observe(frames) {
    const last = frames.map(read).findLast((message) => endsJob(say(message)));
    const { status, error_message } = last?.data ?? {};
    return [status ?? last?.type, error_message ?? null];
  },
};

describeDialect(exam);
