/** How the command ends. The table is printed by `rendercast --help` and holds for every verb. */
export const EXIT = {
  ok: 0,
  /** The job failed, or what was asked could not be done. */
  failed: 1,
  /** The command line or the request is not right; nothing was done. */
  usage: 2,
  /** The job was canceled. */
  canceled: 3,
  /** No server answers, or it cannot take work just now. */
  unreachable: 4,
  /** The server refused: the key, or a limit. */
  refused: 5,
  /** Left by Ctrl-C while the job goes on (128 + SIGINT, as shells have it). */
  interrupted: 130,
} as const;

/** One of the codes of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table for people. */
export const EXIT_HELP = `Exit codes:
  0    done
  1    the job failed, or what was asked could not be done
  2    the command line or the request is not right; nothing was done
  3    the job was canceled
  4    no server answers at this address
  5    the server refused: the key is wrong, or a limit is reached
  130  left with Ctrl-C; the job goes on`;

const BY_ERROR: Readonly<Record<string, ExitCode>> = {
  invalid_request: EXIT.usage,
  invalid_field: EXIT.usage,
  unsupported_request: EXIT.usage,
  unsupported_media: EXIT.usage,
  unauthorized: EXIT.refused,
  forbidden: EXIT.refused,
  too_large: EXIT.refused,
  too_many_requests: EXIT.refused,
  queue_full: EXIT.refused,
  unreachable: EXIT.unreachable,
  storage_unavailable: EXIT.unreachable,
  shutting_down: EXIT.unreachable,
  canceled: EXIT.canceled,
};

/** The exit code for an error that the server answered with; codes it does not list count as failed. */
export function exitCodeOfError(code: string): ExitCode {
  return BY_ERROR[code] ?? EXIT.failed;
}

/** The exit code for jobs that have ended: one failure counts more than a cancel, a cancel more than success. */
export function exitCodeOfJobs(states: Iterable<string>): ExitCode {
  const seen = new Set(states);
  if (seen.has('failed')) return EXIT.failed;
  return seen.has('canceled') ? EXIT.canceled : EXIT.ok;
}
