/**
 * A whole server in a process of its own, led by messages of its parent (house-process.ts): what the command serves, with what
 * proofs need beside it. Its settings come as JSON in the first argument.
 */
import { createSilentLogger, loadConfig, startServer } from '@rendercast/server';
import { hush } from './hush.mjs';
import { metronome } from './metronome.mjs';

const settings = JSON.parse(process.argv[2] ?? '{}');
const tell = (message) => process.send?.(message);

/** What the server would write to its log as an error is told to the parent. */
const tellError = (fields, text) => {
  const error = fields?.error ?? fields?.err;
  tell({ say: 'error', text: `${text ?? ''} ${fields?.path ?? ''} ${error?.stack ?? JSON.stringify(fields)}` });
};
const logger = Object.assign(createSilentLogger(), { error: tellError, fatal: tellError });

// Listeners that add up are a leak long before memory tells.
process.on('warning', ({ name, stack }) => {
  if (name === 'MaxListenersExceededWarning') tell({ say: 'error', text: stack });
});

// The wall clock as this program reads it can be moved; the monotonic one stays.
let shiftMs = 0;
const realNow = Date.now;
Date.now = () => realNow() + shiftMs;

let server = null;
process.on('message', (message) => {
  if (message.do === 'memory') {
    globalThis.gc?.();
    tell({ say: 'memory', memory: process.memoryUsage(), cpuMs: process.cpuUsage().user / 1000 });
  } else if (message.do === 'followed') {
    tell({ say: 'followed', followed: server.followed() });
  } else if (message.do === 'shift') {
    shiftMs = message.ms;
    tell({ say: 'shifted' });
  } else if (message.do === 'stop') {
    void server?.stop().then(() => process.exit(0));
  }
});
process.on('disconnect', () => process.exit(0)); // nobody is left to lead it

try {
  server = await startServer({
    config: loadConfig(settings, {}),
    logger,
    studioDir: null,
    engines: [metronome(settings.ticksPerSecond ?? 20), hush()],
  });
  tell({ say: 'ready', urls: server.urls });
} catch (error) {
  tell({ say: 'refused', code: error?.code ?? error?.reason ?? null, text: String(error?.message) });
}
