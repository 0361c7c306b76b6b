import {
  type ErrorBody,
  type ErrorDetails,
  fromErrorBody,
  RendercastError,
} from '@rendercast/protocol/rendercast-error';

/** The error of an answer that is no success. Reads the body. */
export async function errorOf(response: Response): Promise<RendercastError> {
  const body = (await response.json().catch(() => null)) as { error?: Partial<ErrorBody> } | null;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * 1000;
  const error = body?.error;
  if (typeof error?.code === 'string') return fromErrorBody({ retryAfterMs, ...error } as ErrorBody);
  // A proxy's page, or another server altogether: it says nothing about the request.
  const { status } = response;
  const retryable = status >= 500 || status === 408 || status === 429;
  return unreachable(`Not an answer of Rendercast (${status}).`, {
    retryable,
    retryAfterMs,
  });
}

/** The error of a server that did not answer. */
export function unreachable(message: string, details?: ErrorDetails): RendercastError {
  return new RendercastError('unreachable', message, details);
}

/** The error of a wait that was too long. */
export function timedOut(): RendercastError {
  return unreachable('The server did not answer in time.');
}

/** Whatever was thrown on the way to the server, as an error of the table. */
export function errorOfWay(thrown: unknown): RendercastError {
  return thrown instanceof RendercastError
    ? thrown
    : unreachable('The server could not be reached.', { cause: thrown });
}

/** The error of calls that a closed client was asked for. */
export function clientClosed(): RendercastError {
  return unreachable('The client is closed.', { retryable: false });
}
