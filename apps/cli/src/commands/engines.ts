import type { EngineInfo } from '@rendercast/client';
import { type Command, Option } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { type CommandContext, runCommand } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import { formatTable } from '../terminal/table.js';

const ORDERS = ['pause', 'drain', 'resume'] as const;
type Order = (typeof ORDERS)[number];
type Options = ServerOptions & { [order in Order]?: string };

/** What stands for all backends in an order. */
const ALL = 'all';

/** `rendercast engines`: who makes the media, and for operators whether they take jobs. */
export function addEngines(program: Command): void {
  const command = program
    .command('engines')
    .summary('show what makes the media')
    .description(
      'Show the engines of the server: what they make, their models, what they understand, and how they are. Operators say here which take jobs; `all` is all of them.',
    )
    .addOption(order('pause', 'no more jobs start on this backend; those that run go on'))
    .addOption(order('drain', 'the same, and jobs that can run elsewhere move there'))
    .addOption(order('resume', 'jobs start on this backend again'));
  withServerOptions(command);
  command.action((options: Options) => runCommand(options, (context) => act(context, options)));
}

const order = (word: Order, means: string): Option =>
  new Option(`--${word} <backend>`, means).conflicts(ORDERS.filter((other) => other !== word));

async function act(context: CommandContext, options: Options): Promise<number> {
  for (const what of ORDERS) {
    const backend = options[what];
    if (backend !== undefined) return show(context, await orderBackends(context, what, backend));
  }
  return list(context);
}

/** The backends that the order concerns, as they stand after it. */
async function orderBackends({ client }: CommandContext, what: Order, backend: string): Promise<EngineInfo[]> {
  const whose = backend === ALL ? '' : `/${encodeURIComponent(backend)}`;
  return (await client.call<{ engines: EngineInfo[] }>('POST', `v1/backends${whose}/${what}`)).engines;
}

async function list(context: CommandContext): Promise<number> {
  return show(context, await context.client.engines());
}

function show({ output }: CommandContext, engines: readonly EngineInfo[]): number {
  for (const engine of engines) output.record({ type: 'engine', engine });
  output.result(engines.length === 0 ? 'This server has no engines.' : engineTable(engines));
  return EXIT.ok;
}

/** The engines as a table; models and features have lines of their own below. */
function engineTable(engines: readonly EngineInfo[]): string {
  const rows = engines.map(({ name, backend, kinds, health, message, busy, slots, auto }) => [
    printable(backend === name ? name : `${name} (${backend})`),
    kinds.join(', '),
    message === null || message === '' ? health : `${health}: ${printable(message)}`,
    `${busy} of ${slots} busy`,
    auto ? '' : 'only when named',
  ]);
  const details = engines.flatMap(({ name, models, features }) => [
    '',
    `${printable(name)} understands: ${printable(features.join(', ')) || 'nothing beyond the prompt'}`,
    ...models.map(
      ({ id, title }) => `  model ${printable(id)}${title === id || title === '' ? '' : `: ${printable(title)}`}`,
    ),
  ]);
  return [...formatTable(['ENGINE', 'MAKES', 'HEALTH', 'SLOTS', ''], rows), ...details].join('\n');
}
