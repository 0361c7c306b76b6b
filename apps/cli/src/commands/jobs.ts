import type { Job, ListOptions } from '@rendercast/client';
import { type Command, Option } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { formatAgo } from '../progress/duration.js';
import { wholeNumber } from '../requests/parse-option.js';
import { withoutAbsent } from '../requests/without-absent.js';
import { type CommandContext, runCommand } from '../run-command.js';
import { cutToCells } from '../terminal/cell-width.js';
import { printable } from '../terminal/printable.js';
import { formatTable } from '../terminal/table.js';
import { titleOf } from '../watching/show.js';

const STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;

interface Options extends ServerOptions {
  state?: (typeof STATES)[number][];
  kind?: 'image' | 'music';
  tag?: string;
  batch?: string;
  engine?: string;
  favorite?: boolean;
  search?: string;
  limit?: number;
  cursor?: string;
}

/** `rendercast jobs`: the list of jobs, newest first. */
export function addJobs(program: Command): void {
  const command = program
    .command('jobs')
    .summary('list and find jobs')
    .description('List jobs, newest first.')
    .argument('[words...]', 'words that must all occur in prompt, title or tags')
    .addOption(new Option('--state <states...>', 'only these').choices(STATES))
    .addOption(new Option('--kind <kind>', 'only these').choices(['image', 'music']))
    .option('--tag <word>', 'only with this tag')
    .option('--batch <id>', 'only of this batch')
    .option('--engine <name>', 'only of this engine')
    .option('--favorite', 'only favourites')
    .option('--search <words>', 'the same as the argument')
    .option('-n, --limit <number>', 'how many (server’s default: 50)', wholeNumber)
    .option('--cursor <cursor>', 'where the page before ended');
  withServerOptions(command);
  command.action((words: string[], options: Options) =>
    runCommand(options, (context) => list(context, words, options)),
  );
}

async function list(
  { client, output, terminal }: CommandContext,
  words: readonly string[],
  options: Options,
): Promise<number> {
  const search = [...words, ...(options.search === undefined ? [] : [options.search])].join(' ');
  const { state, kind, tag, batch, engine, favorite, limit, cursor } = options;
  const query: ListOptions = withoutAbsent({
    state,
    kind,
    tag,
    batch,
    engine,
    favorite,
    limit,
    cursor,
    search: search === '' ? undefined : search,
  });
  const page = await client.list(query);
  for (const job of page.jobs) output.record({ type: 'job', job });
  output.record({ type: 'page', next: page.next, feedCursor: page.feedCursor });
  if (page.jobs.length === 0) output.result('No jobs.');
  else output.result(jobTable(page.jobs, Date.now(), process.stdout.isTTY ? terminal.size().columns : Infinity));
  if (page.next !== null && !output.json) output.note(`There are more: --cursor ${page.next}`);
  return EXIT.ok;
}

/** The jobs as a table; what they are about is cut to the width. */
function jobTable(jobs: readonly Job[], nowMs: number, columns: number): string {
  const rows = jobs.map((job) => [
    printable(job.id),
    job.canceling ? 'canceling' : job.state,
    job.kind,
    formatAgo(nowMs - Date.parse(job.createdAt)),
    printable(`${job.favorite ? '★ ' : ''}${titleOf(job)}${job.tags.map((tag) => ` #${tag}`).join('')}`),
  ]);
  return formatTable(['ID', 'STATE', 'KIND', 'MADE', 'ABOUT'], rows)
    .map((line) => cutToCells(line, columns))
    .join('\n');
}
