import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Dialect, RendercastError } from '@rendercast/protocol';

/** What the parser of HTTP says of bytes that it cannot take. */
type ParserError = Error & { code?: string };

/** Connections whose bytes made no sense: what follows on them is no news. */
const refused = new WeakSet<Socket>();

/**
 * Answers bytes that are no request, in the form that every other refusal has, and hangs up: where the next request would begin
 * nobody knows. Requests that came before on the connection are answered first.
 */
export function answerBroken(error: ParserError, socket: Socket, dialect: Dialect): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (refused.has(socket)) return;
  refused.add(socket);
  refuseInTurn(error, socket, dialect);
}

function refuseInTurn(error: ParserError, socket: Socket, dialect: Dialect): void {
  if (!socket.writable) return; // the answer before it has closed the connection
  const answering = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? null;
  const isThisOne = answering?.req.complete === false && !answering.writableEnded;
  if (answering === null || (isThisOne && !answering.headersSent)) refuse(error, socket, dialect);
  // Its own answer has begun and would be torn in the middle by another one.
  else if (isThisOne) socket.destroy();
  else answering.once('finish', () => refuseInTurn(error, socket, dialect));
}

function refuse(error: ParserError, socket: Socket, dialect: Dialect): void {
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
