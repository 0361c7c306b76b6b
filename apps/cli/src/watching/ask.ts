import { createInterface } from 'node:readline';

/** What became of a question: an answer, Ctrl-C instead of one, or no longer needed. */
export type Answer = { answer: string } | 'interrupted' | 'withdrawn';

/**
 * Asks one question on the terminal. The terminal hands over Ctrl-C as a key while it asks.
 *
 * @param signal takes the question back
 */
export function ask(
  question: string,
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdin, output: stderr, terminal: true });
    const settle = (answer: Answer) => {
      resolve(answer); // the first counts: closing reports itself too
      signal.removeEventListener('abort', withdraw);
      lines.removeAllListeners('close');
      lines.close();
      stdin.pause();
    };
    const withdraw = () => {
      stderr.write('\n');
      settle('withdrawn');
    };
    lines.once('SIGINT', () => {
      stderr.write('\n');
      settle('interrupted');
    });
    // Ctrl-D, or a terminal that is gone: no answer is the careful one.
    lines.once('close', () => settle({ answer: '' }));
    lines.question(question, (answer) => settle({ answer }));
    if (signal.aborted) withdraw();
    else signal.addEventListener('abort', withdraw, { once: true });
  });
}

/** Whether an answer means "cancel"; anything else, and no answer at all, leaves the job running. */
export function meansCancel(answer: string): boolean {
  return /^\s*c(ancel)?\s*$/i.test(answer);
}
