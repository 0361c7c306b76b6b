import { once } from 'node:events';
import { connect } from 'node:net';
import { artifactAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRawLine } from './proof/hostile/raw-http.js';
import { type House, rehearsal, startHouse } from './support/house.js';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

const port = (): number => Number(new URL(house.url).port);

/** Everything that is answered to these bytes on a connection of their own, until it is closed. */
async function allAnswers(bytes: string): Promise<{ statuses: number[]; text: string }> {
  const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true });
  let text = '';
  socket.on('data', (part) => {
    text += part.toString();
  });
  socket.write(bytes);
  await once(socket, 'close');
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), text };
}

const GOOD = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
const BROKEN = 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('bytes that are no request', () => {
  it('are refused after the answers to what came before them on the connection', async () => {
    expect((await allAnswers(`${GOOD}${BROKEN}`)).statuses).toEqual([200, 400]);
    expect((await allAnswers(`${GOOD.repeat(5)}${BROKEN}${GOOD}`)).statuses).toEqual([...Array(5).fill(200), 400]);
    const body = JSON.stringify(rehearsal());
    const submission = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const { statuses, text } = await allAnswers(`${submission}${submission}${BROKEN}${BROKEN}`);
    expect(statuses, text).toEqual([201, 201, 400]);
  });

  it('are refused after an answer that is on its way, which comes whole', async () => {
    const body = new Uint8Array(20_000_000).fill(120);
    const upload = await house.call('/v1/files', { body, headers: { 'content-type': 'text/plain' } });
    const { id } = upload.as(artifactAnswerSchema).artifact;
    const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true });
    let sizeBytes = 0;
    let last = '';
    socket.write(`GET /v1/artifacts/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'readable');
    socket.write(BROKEN);
    socket.on('data', (part: Buffer) => {
      sizeBytes += part.length;
      last = (last + part.toString('latin1')).slice(-1_000);
    });
    await once(socket, 'close');
    expect(sizeBytes).toBeGreaterThan(body.length);
    expect(last).toMatch(/xxxHTTP\/1\.1 400 /);
  });

  it('are refused once, where they stand in the body of a request', async () => {
    const head = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect((await allAnswers(`${head}zz\r\n{}\r\n${BROKEN}`)).statuses).toEqual([400]);
  });

  it('are refused also right behind an answer, however fast they come', async () => {
    for (let round = 0; round < 300; round += 1) {
      const line = createRawLine(port());
      expect((await line.ask(Buffer.from(GOOD))).status).toBe(200);
      expect((await line.ask(Buffer.from(BROKEN))).status, `round ${round}`).toBe(400);
      line.close();
    }
  });
});
