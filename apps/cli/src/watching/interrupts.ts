import type { Terminal } from '../terminal/terminal.js';
import { ask, meansCancel } from './ask.js';
import type { Show } from './show.js';

/** Signals that make a watcher leave, with the exit code that shells expect. The job goes on in every case. */
const LEAVING = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ctrl-C while jobs are watched. */
export interface Interrupts {
  /** Aborts when the watcher leaves; its reason is the exit code. */
  readonly left: AbortSignal;
  /** Ends the watch on signals; takes a pending question back. */
  close(): void;
}

export interface InterruptOptions {
  terminal: Terminal;
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
  show: Pick<Show, 'pause' | 'resume' | 'say'>;
  /** What to cancel, in words (`the job`); null: there is nothing to ask, Ctrl-C leaves. */
  what: string | null;
  cancel(): Promise<void>;
}

/**
 * Ctrl-C asks whether to cancel the job or to leave it running; once more leaves at once, and so does Ctrl-C where
 * no question can be asked. After a cancel was asked for, Ctrl-C leaves without waiting for it.
 */
export function createInterrupts({ terminal, stdin, stderr, show, what, cancel }: InterruptOptions): Interrupts {
  const left = new AbortController();
  const closed = new AbortController();
  let asked = false;

  const question = async () => {
    show.pause();
    const answer = await ask(`Cancel ${what ?? 'it'}, or leave it running? [c/L] `, stdin, stderr, closed.signal);
    if (answer === 'withdrawn') return;
    if (answer === 'interrupted' || !meansCancel(answer.answer)) return left.abort(LEAVING.SIGINT);
    show.resume();
    show.say('Canceling …');
    try {
      await cancel();
    } catch (error) {
      show.say(`It could not be canceled: ${error instanceof Error ? error.message : String(error)}`);
      asked = false;
    }
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || asked || what === null || !terminal.canAsk) {
      left.abort(LEAVING[signal as keyof typeof LEAVING]);
      return;
    }
    asked = true;
    void question();
  };
  for (const signal of Object.keys(LEAVING)) process.on(signal, onSignal);

  return {
    left: left.signal,
    close() {
      for (const signal of Object.keys(LEAVING)) process.removeListener(signal, onSignal);
      closed.abort();
    },
  };
}
