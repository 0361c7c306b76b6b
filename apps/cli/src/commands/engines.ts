import type { EngineInfo } from '@rendercast/client';
import type { Command } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { type CommandContext, runCommand } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import { formatTable } from '../terminal/table.js';

/** `rendercast engines`: who makes the media. */
export function addEngines(program: Command): void {
  const command = program
    .command('engines')
    .summary('show what makes the media')
    .description(
      'Show the engines of the server: what they make, their models, what they understand, and how they are.',
    );
  withServerOptions(command);
  command.action((options: ServerOptions) => runCommand(options, list));
}

async function list({ client, output }: CommandContext): Promise<number> {
  const engines = await client.engines();
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
