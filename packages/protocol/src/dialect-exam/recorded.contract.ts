import { readFileSync } from 'node:fs';
import type { Dialect, Frame, SocketRoute } from '../dialect.js';
import type { JobKind } from '../events.js';
import { FULL_PLAN, historyOf } from './histories.contract.js';
import { createScriptedHouse } from './house.contract.js';

/** What a recorded conversation is made from. */
export interface Recording {
  dialect: Dialect;
  socket: SocketRoute;
  params?: Record<string, string>;
  query?: Record<string, string>;
  kind: JobKind;
  /** What the client says, and in between how many steps the job has lived, or how long nothing happens, in ms. */
  script: readonly (object | { steps: number } | { quietMs: number })[];
}

/**
 * A conversation as text: what the client sent (`→`), what the server sent (`←`), how far the job had come (`·`) and
 * how the socket was closed (`×`).
 */
export async function recordConversation({ kind, script, ...setting }: Recording): Promise<string> {
  const history = historyOf({ ...FULL_PLAN, kind });
  const house = createScriptedHouse(history);
  const driven = await house.connect(setting);
  const lines: string[] = [];
  let written = 0;
  const write = (): void => {
    lines.push(...driven.frames.slice(written).map((frame: Frame) => `← ${String(frame)}`));
    written = driven.frames.length;
  };
  write();
  for (const part of script) {
    if ('steps' in part) {
      const step = Math.min(Number(part.steps), history.steps.length);
      lines.push(`· ${step} of ${history.steps.length} steps of the job`);
      await house.liveTo(step);
    } else if ('quietMs' in part) {
      lines.push(`· ${String(part.quietMs)} ms of silence`);
      await driven.pass(Number(part.quietMs));
    } else {
      lines.push(`→ ${JSON.stringify(part)}`);
      await driven.say(JSON.stringify(part));
    }
    write();
  }
  await house.verbs.settle();
  write();
  if (driven.closed !== null) lines.push(`× ${driven.closed.code}`);
  return `${lines.join('\n')}\n`;
}

/** The messages of one direction in a recorded conversation. */
export function messagesOf(file: URL, mark: '→' | '←'): Record<string, unknown>[] {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith(`${mark} `));
  return lines.map((line) => JSON.parse(line.slice(2)) as Record<string, unknown>);
}
