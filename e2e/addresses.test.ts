import { once } from 'node:events';
import { connect } from 'node:net';
import type { Dialect } from '@rendercast/protocol';
import { artistSessionDialect } from '@rendercast/protocol/dialects/artist-session/index';
import { imageTaskDialect } from '@rendercast/protocol/dialects/image-task/index';
import { musicRenderDialect } from '@rendercast/protocol/dialects/music-render/index';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { progressFeedDialect } from '@rendercast/protocol/dialects/progress-feed/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLine, type RawAnswer } from './proof/hostile/raw-http.js';
import { refusalFault } from './proof/hostile/refusals.js';
import { type House, rehearsal, startHouse, until } from './support/house.js';

const DIALECTS = [nativeDialect, imageTaskDialect, artistSessionDialect, progressFeedDialect, musicRenderDialect];
const METHODS = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const;

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

/** Methods of a dialect by address, its parts filled in. */
function addressesOf(dialect: Dialect): Map<string, string[]> {
  const addresses = new Map<string, string[]>();
  for (const { path, method, answers } of dialect.routes) {
    const address = path.replace(/:\w+/g, 'some-id');
    // A fixed address lies within the reach of one with parts: what that takes, it takes too.
    const methods = addresses.get(address) ?? [];
    methods.push(method, ...(method === 'GET' && 206 in answers ? ['HEAD'] : []));
    addresses.set(address, methods);
  }
  return addresses;
}

const port = (): number => Number(new URL(house.url).port);

describe('a method that an address does not take', () => {
  it.each(DIALECTS)('RC-HTTP-8: is answered with 405 and what it takes, at every address of $name', async (dialect) => {
    const faults: string[] = [];
    let asked = 0;
    for (const [address, methods] of addressesOf(dialect)) {
      for (const method of METHODS.filter((one) => !methods.includes(one))) {
        asked += 1;
        const answer = await house.call(address, { method });
        const allowed = answer.headers.get('allow')?.split(', ') ?? [];
        const fault = refusalFault(dialect, answer.status, answer.text);
        if (fault !== null) faults.push(`${method} ${address}: ${fault}`);
        if (answer.status !== 405) faults.push(`${method} ${address}: ${answer.status}`);
        if (allowed.includes(method) || !methods.every((one) => allowed.includes(one)))
          faults.push(`${method} ${address}: Allow: ${allowed.join()}, not ${methods.join()}`);
      }
    }
    expect(asked).toBeGreaterThan(3);
    expect(faults).toEqual([]);
  });

  it("RC-HTTP-8: also at the house's own addresses, and with what browsers and tools send beside", async () => {
    for (const address of ['/', '/health', '/alive', '/ready', '/metrics', '/docs/json']) {
      const answer = await house.call(address, { method: 'POST', body: '{}' });
      expect([answer.status, answer.code, answer.headers.get('allow')?.includes('GET')], address).toEqual([
        405,
        'method_not_allowed',
        true,
      ]);
    }
    for (const method of ['OPTIONS', 'HEAD', 'TRACE', 'PROPFIND']) {
      const line = createRawLine(port());
      const bytes = Buffer.from(`${method} /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const answer = await line.ask(bytes, { headOnly: method === 'HEAD' });
      line.close();
      expect([answer.status, /^allow: (.+)$/im.exec(answer.head)?.[1]], method).toEqual([405, 'GET, POST']);
    }
  });

  it('is what is wrong first, also where the body is of no type at all', async () => {
    const answer = await house.call('/v1/generation/compose-and-generate', {
      method: 'PUT',
      body: '{}',
      headers: { 'content-type': '' },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(refusalFault(progressFeedDialect, answer.status, answer.text)).toBeNull();
    expect((await house.call('/nowhere', { body: '{}', headers: { 'content-type': '' } })).code).toBe('not_found');
  });

  it('a WebSocket asked for by another method than GET is refused in the same way', async () => {
    const line = createRawLine(port());
    const answer = await line.ask(
      Buffer.from(
        'POST /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    );
    expect([answer.status, /^allow: GET$/im.test(answer.head)]).toEqual([405, true]);
    expect(refusalFault(artistSessionDialect, answer.status, answer.body.toString())).toBeNull();
  });
});

describe('what is wrong with an address is said in the form of the dialect whose it is', () => {
  it.each(DIALECTS.flatMap((dialect) => dialect.sockets.map(({ path }) => ({ name: dialect.name, dialect, path }))))(
    '$name: $path without an upgrade says that a socket lives there',
    async ({ dialect, path }) => {
      const answer = await house.call(path.replace(/:\w+/g, 'some-id'));
      expect(answer.text).toContain('open it as a WebSocket');
      expect(refusalFault(dialect, answer.status, answer.text)).toBeNull();
    },
  );

  it.each(DIALECTS)('$name: parts that are too long or no text name nothing', async (dialect) => {
    const paths = dialect.routes.filter(({ method, path }) => method === 'GET' && path.includes(':'));
    for (const { path } of paths)
      for (const part of ['x'.repeat(600), '%zz', '%ff%fe']) {
        const answer = await house.call(path.replace(/:\w+/g, part));
        expect([400, 404, 422], `${path} ${part.slice(0, 9)}: ${answer.text}`).toContain(answer.status);
        expect(refusalFault(dialect, answer.status, answer.text), answer.text).toBeNull();
      }
  });
});

describe('a request that would like a protocol which is not spoken here (Upgrade: h2c)', () => {
  const WISH = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
  const ask = async (bytes: string): Promise<RawAnswer> => {
    const line = createRawLine(port());
    const answer = await line.ask(Buffer.from(bytes));
    line.close();
    return answer;
  };
  const submission = JSON.stringify(rehearsal({}, { tags: ['wish'] }));

  it('is answered as if it had not asked', async () => {
    const health = await ask(`GET /health HTTP/1.1\r\nHost: localhost\r\n${WISH}\r\n`);
    expect([health.status, health.open]).toEqual([200, true]);
    const lone = await ask(
      'GET /v1/stats HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x, h2c\r\n\r\n',
    );
    expect(lone.status).toBe(200);
    const nothing = await ask(`GET /nowhere HTTP/1.1\r\nHost: localhost\r\n${WISH}\r\n`);
    expect([nothing.status, nothing.body.toString()]).toEqual([404, expect.stringContaining('not_found')]);
  });

  it('keeps its body, by length or in chunks, however it comes', async () => {
    const head = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${WISH}`;
    const whole = await ask(`${head}Content-Length: ${Buffer.byteLength(submission)}\r\n\r\n${submission}`);
    expect(whole.status, whole.body.toString()).toBe(201);
    const size = Buffer.byteLength(submission).toString(16);
    const chunked = await ask(`${head}Transfer-Encoding: chunked\r\n\r\n${size}\r\n${submission}\r\n0\r\n\r\n`);
    expect(chunked.status).toBe(201);
    const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (part) => {
      heard += part.toString();
    });
    const text = `${head}Content-Length: ${Buffer.byteLength(submission)}\r\n\r\n${submission}`;
    for (let at = 0; at < text.length; at += 40) {
      socket.write(text.slice(at, at + 40));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => heard.includes('"queued"'), 'the answer');
    expect(heard).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  it('leaves the connection to the next ones, however many, and leaves nothing behind on it', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const line = createRawLine(port());
    for (let round = 0; round < 30; round += 1) {
      const answer = await line.ask(Buffer.from(`GET /v1/jobs?limit=1 HTTP/1.1\r\nHost: localhost\r\n${WISH}\r\n`));
      expect([answer.status, answer.open], `round ${round}`).toEqual([200, true]);
    }
    const heavy = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\n${WISH}Content-Length: 99999999\r\n\r\n{`;
    expect((await line.ask(Buffer.from(heavy))).status).toBe(413);
    line.close();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
