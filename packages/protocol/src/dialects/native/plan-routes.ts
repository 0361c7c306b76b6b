import * as z from 'zod';
import { planWishSchema } from '../../commands.js';
import { type Route, route } from '../../dialect.js';
import { planSchema } from '../../media.js';
import { refusals } from './error.js';

/** A plan as it is answered. */
const planAnswerSchema = z.object({ plan: planSchema }).meta({ id: 'PlanAnswer' });

const make = route({
  method: 'POST',
  path: '/v1/plans',
  name: 'makePlan',
  summary: 'Make a composition plan from words; nothing is rendered',
  role: 'user',
  body: planWishSchema,
  answers: {
    200: { description: 'The plan, to be changed and submitted.', schema: planAnswerSchema },
    ...refusals('invalid_request', 'unauthorized', 'forbidden', 'invalid_field', 'unsupported_request'),
  },
  async handle({ body }, verbs) {
    const { prompt, lengthMs = null, engine } = body;
    return { status: 200, json: { plan: await verbs.plan({ prompt, lengthMs, engine }) } };
  },
});

/** What helps to write a request. */
export const planRoutes: readonly Route[] = [make];
