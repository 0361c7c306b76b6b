import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Dialect, RendercastError } from '@rendercast/protocol';

/** What the parser of HTTP says of bytes that it cannot take. */
type ParserError = Error & { code?: string };

/**
 * Answers bytes that are no request, in the form that every other refusal has, and hangs up: where the next request would begin
 * nobody knows.
 */
export function answerBroken(error: ParserError, socket: Socket, dialect: Dialect): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer that has begun would be torn in the middle by another one.
  const answering = (socket as Socket & { _httpMessage?: OutgoingMessage | null })._httpMessage;
  if (answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const { status, body } = dialect.error(inWords(error), requestId);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nx-request-id: ${requestId}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}

function inWords({ code }: ParserError): RendercastError {
  if (code === 'HPE_HEADER_OVERFLOW') return new RendercastError('too_large', 'the head of the request is too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RendercastError('invalid_request', 'the request did not come in time');
  return new RendercastError('invalid_request', 'this is not a request of HTTP/1.1');
}
