import { connect, type Socket } from 'node:net';
import { monotonicUs } from '../processes/monotonic.js';
import { serveCommands } from '../processes/serve-commands.js';
import { createDelays, type DelaySummary } from './delays.js';

/** How jobs are submitted. */
export interface SubmitOptions {
  /** Of the servers that share the connections. */
  ports: readonly number[];
  connections: number;
  seconds: number;
  /** Stops here even if there is time. */
  atMost: number;
}

export interface Submitted {
  created: number;
  refused: number;
  seconds: number;
  delays: DelaySummary;
}

const commands = {
  /** Submits over kept-alive connections; each sends its next job when the last is answered. */
  async submit(options: SubmitOptions): Promise<Submitted> {
    const delays = createDelays();
    const startUs = monotonicUs();
    const untilUs = startUs + options.seconds * 1e6;
    const result = { created: 0, refused: 0 };
    let asked = 0;
    const goOn = (): boolean => asked < options.atMost && monotonicUs() < untilUs && ++asked > 0;
    const told = (status: number, us: number): void => {
      delays.add(us);
      if (status === 201) result.created += 1;
      else result.refused += 1;
    };
    const { ports, connections } = options;
    await Promise.all(
      Array.from({ length: connections }, (_, index) => submitInTurn(ports[index % ports.length] ?? 0, goOn, told)),
    );
    return { ...result, seconds: (monotonicUs() - startUs) / 1e6, delays: delays.summary() };
  },
};

function requestOf(number: number): string {
  const body = JSON.stringify({
    kind: 'image',
    engine: 'beat',
    request: { prompt: `a lighthouse at dusk, number ${number}`, steps: 20, width: 768, height: 512 },
  });
  return (
    'POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
    `Idempotency-Key: bench-${process.pid}-${number}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

let made = 0;

function submitInTurn(port: number, goOn: () => boolean, told: (status: number, us: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    let sentUs = 0;
    const next = (): void => {
      if (!goOn()) {
        socket.destroy();
        resolve();
        return;
      }
      made += 1;
      sentUs = monotonicUs();
      socket.write(requestOf(made));
    };
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('connect', next);
    socket.on('data', (text: string) => {
      answer += text;
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
      if (answer.length < end + 4 + length) return;
      told(Number(answer.slice(9, 12)), monotonicUs() - sentUs);
      answer = '';
      next();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
  });
}

export type SubmitterCommands = typeof commands;

serveCommands(commands);
