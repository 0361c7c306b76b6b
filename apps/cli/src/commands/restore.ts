import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { formatBytes, type Here, type HereOptions, runHere, withHereOptions } from './backup-here.js';

/** `rendercast restore`: a backup into an empty data directory. */
export function addRestore(program: Command): void {
  const command = program
    .command('restore')
    .summary('bring a backup back into an empty data directory')
    .description(
      'Restore a backup into a data directory that is not there or empty. Everything is held against its digest first. ' +
        'Clients that were connected before are told to start over.',
    )
    .argument('<backup>', 'the folder or .tar file that "rendercast backup" made');
  withHereOptions(command);
  command.action((backup: string, options: HereOptions) => runHere(options, (here) => restore(here, backup)));
}

async function restore({ house, dataDir, output, signal }: Here, backup: string): Promise<number> {
  const report = await house.restore({ from: backup, dataDir, signal });
  const { jobs, files, bytes, madeAt, missing } = report;
  output.record({ type: 'restore', from: backup, ...report });
  output.result(`${report.dataDir}: ${jobs} jobs, ${files} files, ${formatBytes(bytes)}, as of ${madeAt}`);
  if (missing.length > 0) output.note(`${missing.length} files were missing already when the backup was made.`);
  return EXIT.ok;
}
