/** Where the command speaks: results to stdout, remarks to stderr. */
export interface Output {
  /** Whether stdout carries JSON lines. */
  readonly json: boolean;
  /** A result for people; nothing with `--json`. */
  result(text: string): void;
  /** A result for programs: one line of JSON with a `type`; nothing without `--json`. */
  record(value: { type: string } & Record<string, unknown>): void;
  /** A remark beside the result. */
  note(text: string): void;
}

/** Makes the output of one command. */
export function createOutput(json: boolean, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Output {
  return {
    json,
    result(text) {
      if (!json) stdout.write(`${text}\n`);
    },
    record(value) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    note(text) {
      stderr.write(`${text}\n`);
    },
  };
}
