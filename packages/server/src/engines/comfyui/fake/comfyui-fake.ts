/**
 * A server that answers as ComfyUI does, bad manners included, and makes small pictures without a model: for tests, and
 * for trying a front end against it.
 *
 *   node comfyui-fake.js [--port 8188] [--host 127.0.0.1] [--until-stdin-ends]
 *
 * Prints `listening on PORT`. Manners are set by `POST /-/manners` (see manners.ts).
 */
import { parseArgs } from 'node:util';
import { createFakeServer } from './fake-server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});
const server = createFakeServer();
const port = await server.listen(Number(values.port), values.host);
process.stdout.write(`listening on ${port}\n`);
const stop = () => {
  server.close();
  process.exit(0);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
if (values['until-stdin-ends']) process.stdin.on('end', stop).resume();
