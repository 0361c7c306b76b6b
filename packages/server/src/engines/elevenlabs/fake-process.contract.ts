import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Manners } from './fake/manners.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/engines/elevenlabs/fake/elevenlabs-fake.js', import.meta.url));
const journalSchema = z.object({
  calls: z.array(
    z.object({
      route: z.string(),
      body: z.looseObject({}),
      paid: z.boolean(),
      mishap: z.string().nullable(),
      end: z.string(),
    }),
  ),
  running: z.int(),
  peak: z.int(),
});

/** The fake in a process of its own. */
export interface FakeProcess {
  url: string;
  behave(manners: Partial<Manners>): Promise<void>;
  journal(): Promise<z.output<typeof journalSchema>>;
  /** Calls that were paid for. */
  paid(): Promise<z.output<typeof journalSchema>['calls']>;
  close(): Promise<void>;
}

/** Starts a fake (built before) that takes one key. */
export async function startFake(manners: Partial<Manners> = {}, key = 'fake-key-0123456789'): Promise<FakeProcess> {
  const child = fork(PROGRAM, ['--key', key, '--manners', JSON.stringify(manners)], { silent: true });
  const said = new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString()));
    child.once('exit', (code) => reject(new Error(`the fake went at once with ${code}`)));
  });
  const { port } = z.object({ port: z.int() }).parse(JSON.parse(await said));
  const url = `http://127.0.0.1:${port}`;
  const journal: FakeProcess['journal'] = async () =>
    journalSchema.parse(await (await fetch(`${url}/fake/journal`)).json());
  return {
    url,
    async behave(next) {
      const answer = await fetch(`${url}/fake/manners`, { method: 'POST', body: JSON.stringify(next) });
      if (!answer.ok) throw new Error(`the fake does not know these manners: ${JSON.stringify(next)}`);
    },
    journal,
    paid: async () => (await journal()).calls.filter((call) => call.paid),
    async close() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
