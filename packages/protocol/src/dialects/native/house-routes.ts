import { statsSchema } from '../../commands.js';
import { type Route, route } from '../../dialect.js';
import { enginesAnswerSchema, meAnswerSchema } from './answers.js';
import { refusals } from './error.js';

const engines = route({
  method: 'GET',
  path: '/v1/engines',
  name: 'listEngines',
  summary: 'Engines: what they can do, their models and health',
  role: 'user',
  answers: {
    200: { description: 'One entry per backend.', schema: enginesAnswerSchema },
    ...refusals('unauthorized'),
  },
  async handle(_request, verbs) {
    return { status: 200, json: { engines: await verbs.engines() } };
  },
});

const stats = route({
  method: 'GET',
  path: '/v1/stats',
  name: 'getStats',
  summary: 'Counters of the whole server',
  // They count everybody's jobs, so they are for those who may see everybody's.
  role: 'operator',
  answers: {
    200: { description: 'The figures now.', schema: statsSchema },
    ...refusals('unauthorized', 'forbidden'),
  },
  async handle(_request, verbs) {
    return { status: 200, json: await verbs.stats() };
  },
});

const me = route({
  method: 'GET',
  path: '/v1/me',
  name: 'getMe',
  summary: 'Whose key this is, and what it allows',
  role: 'user',
  answers: {
    200: { description: 'The owner and the roles of the caller.', schema: meAnswerSchema },
    ...refusals('unauthorized'),
  },
  async handle(_request, { principal: { owner, roles } }) {
    return { status: 200, json: { owner, roles } };
  },
});

/** What concerns the server as a whole. */
export const houseRoutes: readonly Route[] = [engines, stats, me];
