import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type Answer, type BucketOptions, type Call, createBucket } from './answers.js';
import { type BadDeed, createManners, type Manner, type Verb } from './manners.js';
import { createObjects } from './objects.js';
import { S3Refusal } from './refusal.js';
import { verifySignature } from './verify-signature.js';

/**
 * A fake S3 in a process of its own: it recomputes every signature, keeps objects in a scratch folder, and has bad
 * manners on demand. Prints `listening on <port>` and goes when it is told to, or when its standard input ends.
 *
 *   node --import tsx e2e/fakes/s3-stub/s3-stub.ts --bucket media --page-size 10
 *
 * `POST /-/manners` sets the bad days to come, `POST /-/clear` forgets everything, `POST /-/age?ms=` makes everything
 * older, `GET /-/seen` tells what was asked and what lies there.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    bucket: { type: 'string', default: 'media' },
    region: { type: 'string', default: 'us-east-1' },
    'access-key-id': { type: 'string', default: 'stub-key-id' },
    'secret-access-key': { type: 'string', default: 'stub-secret' },
    'session-token': { type: 'string' },
    'page-size': { type: 'string', default: '1000' },
    'list-delay-ms': { type: 'string', default: '0' },
    conditions: { type: 'string', default: 'kept' },
    /** How far the clock of this server is ahead. */
    'ahead-ms': { type: 'string', default: '0' },
    /** Longest time to answer, drawn by chance. */
    'slow-ms': { type: 'string', default: '0' },
  },
});

const dir = await mkdtemp(join(tmpdir(), 's3-stub-'));
const nowMs = () => Date.now() + Number(values['ahead-ms']);
const objects = createObjects(dir);
const manners = createManners();
const bucket = createBucket({
  ...{ objects, nowMs, pageSize: Number(values['page-size']), listDelayMs: Number(values['list-delay-ms']) },
  conditions: values.conditions as BucketOptions['conditions'],
});
const seen: { verb: Verb; key: string; status: number }[] = [];

const server = createServer({ keepAliveTimeout: 1_000 }, (request, response) => {
  const work = request.url?.startsWith('/-/') === true ? control(request, response) : serve(request, response);
  work.catch(() => response.destroy()); // the other side has gone
});
server.listen(Number(values.port), '127.0.0.1', () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', stop);
process.on('SIGTERM', stop);

function stop(): void {
  server.close();
  server.closeAllConnections();
  void rm(dir, { recursive: true, force: true }).then(() => process.exit(0));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = addressOf(request);
  if (address === null) return send(refused(new S3Refusal(404, 'NoSuchBucket')), null, request, response);
  const { key, query } = address;
  const verb = verbOf(request.method ?? '', key, query);
  const manner = manners.next(verb);
  if (Number(values['slow-ms']) > 0)
    await new Promise((go) => setTimeout(go, Math.random() * Number(values['slow-ms'])));
  let status = 0;
  try {
    const digest = verifySignature(request, {
      ...{ region: values.region, accessKeyId: values['access-key-id'], secretAccessKey: values['secret-access-key'] },
      ...{ sessionToken: values['session-token'] ?? null, nowMs },
    });
    refuseAtOnce(manner, request);
    const answer = await bucket[verb]({ request, key, query, digest, manner } satisfies Call);
    status = answer.status;
    if (manner?.do === 'lose-answer') response.destroy();
    else await send(answer, manner, request, response);
  } catch (thrown) {
    if (!(thrown instanceof S3Refusal)) throw thrown;
    status = thrown.status;
    if (manner?.do === 'slow-down' && manner.atBytes !== undefined) response.setHeader('retry-after', manner.atBytes);
    await send(refused(thrown), null, request, response);
  } finally {
    seen.push({ verb, key, status });
  }
}

function refused(refusal: S3Refusal): Answer {
  return { status: refusal.status, xml: refusal.body(values['access-key-id']) };
}

const REFUSALS: Partial<Record<BadDeed, [number, string]>> = {
  'slow-down': [503, 'SlowDown'],
  'internal-error': [500, 'InternalError'],
  'access-denied': [403, 'AccessDenied'],
  'not-implemented': [501, 'NotImplemented'],
};

function refuseAtOnce(manner: Manner | null, request: IncomingMessage): void {
  if (manner === null) return;
  const refusal = REFUSALS[manner.do];
  if (refusal !== undefined) throw new S3Refusal(...refusal);
  if (manner.do !== 'cut') return;
  request.socket.resetAndDestroy();
  throw new Error('cut');
}

async function send(
  answer: Answer,
  manner: Manner | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (manner?.do === 'stall') return; // for ever: the other side gives up
  request.resume();
  const { status, headers = {}, xml, object } = answer;
  const date = { date: new Date(nowMs()).toUTCString() };
  if (manner?.do === 'web-page') {
    response.writeHead(200, { ...date, 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
    return;
  }
  response.writeHead(status, {
    ...date,
    ...headers,
    ...(xml === undefined ? {} : { 'content-type': 'application/xml' }),
  });
  if (object === undefined || object.end < object.start || request.method === 'HEAD') {
    response.end(request.method === 'HEAD' ? undefined : xml);
    return;
  }
  const breaks = manner?.do === 'cut-download' || manner?.do === 'stall-download';
  if (!breaks) return pipeline(createReadStream(object.path, object), response);
  const end = Math.min(object.end, object.start + (manner.atBytes ?? 0) - 1);
  if (end >= object.start)
    await pipeline(createReadStream(object.path, { start: object.start, end }), response, { end: false });
  response.flushHeaders();
  // What was written goes out before the connection does.
  if (manner.do === 'cut-download') response.write('', () => request.socket.destroySoon());
}

/** Both styles: the bucket in the path, or in the host name. */
function addressOf(request: IncomingMessage): { key: string; query: URLSearchParams } | null {
  const url = new URL(request.url ?? '/', 'http://stub');
  const inHost = request.headers.host?.startsWith(`${values.bucket}.`) === true;
  const [first = '', ...rest] = url.pathname.slice(1).split('/');
  if (!inHost && first !== values.bucket) return null;
  return { key: decodeURIComponent(inHost ? url.pathname.slice(1) : rest.join('/')), query: url.searchParams };
}

function verbOf(method: string, key: string, query: URLSearchParams): Verb {
  if (key === '') return query.has('uploads') ? 'uploads' : 'list';
  if (method === 'POST') return query.has('uploads') ? 'begin' : 'finish';
  if (method === 'PUT') return query.has('partNumber') ? 'part' : 'put';
  if (method === 'DELETE') return query.has('uploadId') ? 'drop' : 'delete';
  return method === 'HEAD' ? 'head' : 'get';
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub');
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  switch (url.pathname) {
    case '/-/manners':
      manners.set(JSON.parse(Buffer.concat(pieces).toString()) as Manner[]);
      break;
    case '/-/clear':
      await objects.clear();
      manners.set([]);
      seen.length = 0;
      break;
    case '/-/age':
      for (const thing of [...objects.objects.values(), ...objects.uploads.values()])
        thing.atMs -= Number(url.searchParams.get('ms'));
      break;
  }
  const state = {
    seen,
    objects: [...objects.objects.keys()],
    uploads: [...objects.uploads.values()].map(({ key }) => key),
  };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(state));
}
