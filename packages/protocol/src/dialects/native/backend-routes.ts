import type { Intake } from '../../commands.js';
import { type Route, route } from '../../dialect.js';
import { enginesAnswerSchema } from './answers.js';
import { refusals } from './error.js';
import { backendParamsSchema } from './request.js';

/** What operators can order of backends. */
interface Order {
  word: 'pause' | 'resume' | 'drain';
  intake: Intake;
  /** What becomes of it, after the backend's name. */
  means: string;
}

const ORDERS: readonly Order[] = [
  { word: 'pause', intake: 'paused', means: 'no more jobs start there; those that run go on' },
  { word: 'drain', intake: 'draining', means: 'no more jobs start there; those that can run elsewhere move' },
  { word: 'resume', intake: 'open', means: 'jobs start there again' },
];

const one = ({ word, intake, means }: Order): Route =>
  route({
    method: 'POST',
    path: `/v1/backends/:name/${word}`,
    name: `${word}Backend`,
    summary: `One backend: ${means}`,
    role: 'operator',
    params: backendParamsSchema,
    answers: {
      200: { description: 'The backend as it is now.', schema: enginesAnswerSchema },
      ...refusals('unauthorized', 'forbidden', 'not_found'),
    },
    async handle({ params }, verbs) {
      return { status: 200, json: { engines: await verbs.setIntake(params.name, intake) } };
    },
  });

const all = ({ word, intake, means }: Order): Route =>
  route({
    method: 'POST',
    path: `/v1/backends/${word}`,
    name: `${word}Backends`,
    summary: `All backends, also those that come later: ${means}`,
    role: 'operator',
    answers: {
      200: { description: 'All backends as they are now.', schema: enginesAnswerSchema },
      ...refusals('unauthorized', 'forbidden'),
    },
    async handle(_request, verbs) {
      return { status: 200, json: { engines: await verbs.setIntake(null, intake) } };
    },
  });

/** What operators order of backends. */
export const backendRoutes: readonly Route[] = [...ORDERS.map(one), ...ORDERS.map(all)];
