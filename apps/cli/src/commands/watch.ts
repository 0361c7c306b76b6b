import type { FeedEvent, Job } from '@rendercast/client';
import type { Command } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import { type CommandContext, runCommand } from '../run-command.js';
import { runJobs } from '../watching/run-job.js';
import type { Show } from '../watching/show.js';
import { withShow } from '../watching/watch-jobs.js';
import {
  type OutOptions,
  type PreviewOptions,
  pictureMode,
  resultTarget,
  withOut,
  withPreview,
} from './result-options.js';

type Options = ServerOptions & OutOptions & PreviewOptions & { all?: boolean };

/** `rendercast watch`: follow jobs, from wherever they are. */
export function addWatch(program: Command): void {
  const command = program
    .command('watch')
    .summary('follow jobs until they end')
    .description(
      'Follow jobs until they end, from wherever they are; with --out their results are saved, of ended ones too.\n' +
        'Ctrl-C asks whether to cancel the job or to leave it running; a second one leaves at once.',
    )
    .argument('[id...]', 'ids of jobs, the server’s or your own')
    .option('-a, --all', 'all jobs, also those to come, until Ctrl-C');
  withServerOptions(withPreview(withOut(command, 'what they make')));
  command.action((ids: string[], options: Options) => watch(ids, options));
}

function watch(ids: readonly string[], options: Options): Promise<void> {
  return runCommand(options, async (context) => {
    if (options.all === true) {
      if (ids.length > 0 || options.out !== undefined) {
        throw new CommandError('--all follows every job and saves nothing; leave out ids and --out.', EXIT.usage);
      }
      return watchAll(context);
    }
    if (ids.length === 0)
      throw new CommandError('Nothing to watch: name jobs (see: rendercast jobs) or --all.', EXIT.usage);
    const target = options.out === undefined ? null : await resultTarget(options, null);
    if (target?.to === 'file' && ids.length > 1) {
      throw new CommandError('Several jobs need a folder to write to: --out results/', EXIT.usage);
    }
    const handles = [...new Set(ids)].map((id) => context.client.job(id));
    // A job that is not there would be waited for; here it is most likely a slip of the pen.
    await Promise.all(handles.map((handle) => handle.snapshot()));
    return runJobs(context, handles, { pictures: pictureMode(options), target, replace: options.force === true });
  });
}

async function watchAll(context: CommandContext): Promise<number> {
  const nothing = { pictures: 'none' as const, many: true, what: null, cancel: async () => undefined };
  const watched = await withShow(context, nothing, async (show, signal) => {
    const heardAtMs = new Map<string, number>();
    for await (const event of context.client.feed({}, { signal })) {
      if (event.type === 'page') context.output.record({ type: 'watching', cursor: event.cursor });
      showEvent(event, show, heardAtMs);
    }
    return [];
  });
  return 'leftWith' in watched ? watched.leftWith : EXIT.ok;
}

function showEvent(event: FeedEvent, show: Show, heardAtMs: Map<string, number>): void {
  if (event.type === 'page') {
    const active = event.jobs.filter(({ state }) => state === 'queued' || state === 'running');
    for (const job of active.reverse()) show.state({ job, levels: {}, progressAtMs: null });
    if (active.length === 0) show.say('No job is waiting or running; what comes is shown.');
    return;
  }
  if (event.type === 'reset') return show.say('The server was set back to an earlier state; these are the jobs there.');
  const id = event.type === 'fact' ? event.fact.jobId : event.jobId;
  if (event.type === 'level' && event.level.kind === 'progress') heardAtMs.set(id, performance.now());
  if (event.snapshot !== null) {
    const { job, levels } = event.snapshot;
    if (isOver(job)) heardAtMs.delete(id);
    // Facts may follow an end (tags, a note); they change nothing that is shown.
    if (event.type !== 'fact' || !isOver(job) || endsIt(event.fact.type)) {
      show.state({ job, levels, progressAtMs: heardAtMs.get(id) ?? null });
    }
  }
  if (event.type === 'fact') show.fact(event.fact);
  if (event.type === 'level') show.level(id, event.level);
}

const isOver = ({ state }: Job) => state !== 'queued' && state !== 'running';
const endsIt = (type: string) => type === 'succeeded' || type === 'failed' || type === 'canceled';
