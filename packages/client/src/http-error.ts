import { type ErrorBody, fromErrorBody, RendercastError } from '@rendercast/protocol/errors';

/** The error of an answer that is no success. Reads the body. */
export async function errorOf(response: Response): Promise<RendercastError> {
  const body: unknown = await response.json().catch(() => null);
  if (isSpoken(body)) {
    const retryAfterMs = body.error.retryAfterMs ?? retryAfterHeader(response);
    return fromErrorBody({ ...body.error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  // A proxy's page, or another server altogether: it says nothing about the request.
  return unreachable(`The server's address answered ${response.status} without being a Rendercast server.`, {
    retryable: response.status >= 500 || response.status === 408 || response.status === 429,
    retryAfterMs: retryAfterHeader(response),
  });
}

/** The error of a server that did not answer. */
export function unreachable(
  message: string,
  details: { retryable?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {},
): RendercastError {
  const { retryable, retryAfterMs, cause } = details;
  return new RendercastError('unreachable', message, {
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error of calls that a closed client was asked for. */
export function clientClosed(): RendercastError {
  return unreachable('The client is closed.', { retryable: false });
}

function isSpoken(body: unknown): body is { error: ErrorBody } {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'retryable' in error;
}

function retryAfterHeader(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
