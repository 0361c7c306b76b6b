import type { Command } from 'commander';
import { type ServerOptions, withServerOptions } from '../connection.js';
import { EXIT } from '../exit-codes.js';
import { describeFailure } from '../failure.js';
import { type CommandContext, runCommand, tell } from '../run-command.js';

type Options = ServerOptions & { reason?: string };

/** `rendercast cancel`: ask for jobs to be stopped. */
export function addCancel(program: Command): void {
  const command = program
    .command('cancel')
    .summary('stop jobs')
    .description('Ask for jobs to be stopped. One that runs stops as soon as its engine lets go of it.')
    .argument('<id...>', 'ids of jobs, the server’s or your own')
    .option('--reason <words>', 'kept with the job');
  withServerOptions(command);
  command.action((ids: string[], options: Options) => runCommand(options, (context) => cancel(context, ids, options)));
}

/** All are tried; the first that could not be canceled decides the exit code. */
async function cancel(
  { client, output, url }: CommandContext,
  ids: readonly string[],
  { reason }: Options,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  for (const id of new Set(ids)) {
    try {
      const job = await client.job(id).cancel(reason === undefined ? {} : { reason });
      output.record({ type: 'job', job });
      output.result(`${id} ${job.canceling ? 'is being canceled' : `is ${job.state}`}`);
    } catch (error) {
      const failure = describeFailure(error, url);
      tell({ ...failure, message: `${id}: ${failure.message}` }, output);
      if (exitCode === EXIT.ok) exitCode = failure.exitCode;
    }
  }
  return exitCode;
}
