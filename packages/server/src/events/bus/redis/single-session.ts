import type { Redis } from 'ioredis';
import type { Clock } from '../../../clock.js';
import type { Address } from './address.js';
import { connect } from './connect.js';
import { subscribeOn, unsubscribeOn } from './link.js';
import { watchPulse } from './pulse.js';
import { runScript } from './run-script.js';
import type { Session, SessionEvents } from './session.js';

/** A session with one server: one connection for commands, which is there already, and one that listens. */
export async function openSingleSession(
  commands: Redis,
  { address, name, clock }: { address: Address; name: string; clock: Clock },
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Session> {
  const { host, port, shown, entry } = address;
  const listening = await connect({ host, port, ...entry, connectionName: `${name}-listens` }, shown, signal);
  let over = false;
  const stopPulse = watchPulse(
    clock,
    () => [commands, listening],
    (forMs) => fail(`${shown} has not answered for ${Math.round(forMs)} ms`),
  );

  function close(): void {
    over = true;
    stopPulse();
    commands.disconnect();
    listening.disconnect();
  }
  function fail(reason: string): void {
    if (over) return;
    close();
    events.failed(reason);
  }

  listening.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
    if (!over) events.message(channel, bytes);
  });
  for (const redis of [commands, listening]) redis.on('end', () => fail(`the connection to ${shown} was lost`));
  if (commands.status === 'end') throw new Error(`${shown}: the connection was lost`);

  return {
    server: shown,
    publish: 'PUBLISH',
    call: (command, args) => commands.call(command, [...args]),
    callBuffer: (command, args) => commands.callBuffer(command, [...args]),
    run: (script, keys, args) => runScript(commands, script, keys, args),
    async subscribe(channels) {
      await subscribeOn(listening, channels, false).catch((error: Error) => {
        fail(`${shown} did not let us listen: ${error.message.slice(0, 200)}`);
      });
    },
    unsubscribe(channels) {
      unsubscribeOn(listening, channels, false).catch(() => undefined); // then there is no connection to hear on
    },
    close,
  };
}
