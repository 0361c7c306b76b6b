import type { Command } from 'commander';
import { collect, wholeNumber } from '../requests/parse-option.js';

/** Adds what both kinds of job take. */
export function withJobOptions(command: Command): Command {
  return command
    .option('--seed <number>', 'the same seed gives the same result; left out, the server draws one', wholeNumber)
    .option('--model <id>', 'model of the engine (see: rendercast engines)')
    .option('--engine <name>', 'engine to use (default: the first that can)')
    .option('--priority <number>', '-100 to 100, higher runs first', wholeNumber)
    .option('--tag <word>', 'tag to find it by; may be repeated', collect)
    .option('--id <id>', 'id of your own for the job; the same request with it again finds the same job')
    .option('-d, --detach', 'submit it, print its id, and do not wait');
}
