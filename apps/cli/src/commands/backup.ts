import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { formatBytes, type Here, type HereOptions, runHere, withHereOptions } from './backup-here.js';

/** `rendercast backup`: all data of a server of this machine, while it runs. */
export function addBackup(program: Command): void {
  const command = program
    .command('backup')
    .summary('back up the data of a server, while it runs')
    .description(
      'Back up the data directory of a server on this machine, which may be running: jobs, files and secret as they stood ' +
        'at one moment, each file held against its digest. Only a whole backup stands under its name.',
    )
    .argument('<target>', 'a folder that is not there or empty, or a file that is not there and ends in .tar');
  withHereOptions(command);
  command.action((target: string, options: HereOptions) => runHere(options, (here) => backUp(here, target)));
}

async function backUp({ house, dataDir, output, signal }: Here, target: string): Promise<number> {
  const report = await house.backUp({ dataDir, to: target, signal });
  const { to, jobs, files, bytes, missing, damaged } = report;
  output.record({ type: 'backup', dataDir, ...report });
  output.result(`${to}: ${jobs} jobs, ${files} files, ${formatBytes(bytes)}`);
  if (missing.length > 0)
    output.note(`${missing.length} files that jobs remember are not in ${dataDir}: ${named(missing)}`);
  if (damaged.length > 0) output.note(`${damaged.length} files are damaged in ${dataDir}: ${named(damaged)}`);
  // The backup is as good as the data; that the data is not must not pass unseen in a nightly job.
  return missing.length + damaged.length > 0 ? EXIT.failed : EXIT.ok;
}

const SHOWN = 5;

function named(ids: readonly string[]): string {
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more (--json names all)` : '';
  return ids.slice(0, SHOWN).join(', ') + more;
}
