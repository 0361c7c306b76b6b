import { type Logger, pino } from 'pino';

export type { Logger };

/** Names under which a secret may sit in something that is logged. */
const SECRETS = ['token', 'apiKey', 'authorization', 'headers.authorization', 'headers["x-api-key"]', 'secret', 'key'];

/** The house's log: one JSON object a line, secrets replaced. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: {
      paths: SECRETS.flatMap((path) => [path, `*.${path.replace(/^headers/, 'headers')}`]),
      censor: '[secret]',
    },
    // Errors are usually logged under `error`; without this they would print as {}.
    serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
  });
}

/** A log that says nothing, for programs that want their terminal to themselves. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
