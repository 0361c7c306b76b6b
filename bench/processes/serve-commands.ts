/** What a process can be asked for by the one that started it: each command takes one input. */
export type Commands = Record<string, (input: never) => unknown>;

/** A command on its way to a process. */
export interface Asked {
  id: number;
  command: string;
  input: unknown;
}

/** What became of it. */
export type Answered = { id: number; value: unknown } | { id: number; error: string };

/** Answers the commands of the process that started this one, and ends with it. */
export function serveCommands(commands: Commands): void {
  process.on('message', (asked: Asked) => {
    void (async () => {
      try {
        const command = commands[asked.command];
        if (command === undefined) throw new Error(`there is no command ${asked.command}`);
        answer({ id: asked.id, value: await command(asked.input as never) });
      } catch (error) {
        answer({ id: asked.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    })();
  });
  process.on('disconnect', () => process.exit(0));
}

function answer(answered: Answered): void {
  process.send?.(answered);
}
