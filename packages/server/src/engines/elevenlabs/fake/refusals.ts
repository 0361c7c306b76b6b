import type { Mishap } from './manners.js';

/** An answer that is no song. */
export interface Refused {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const REQUEST_ID = 'fake-request';

/** The envelope as it is written now. */
const told = (type: string, code: string, message: string, more: object = {}): unknown => ({
  detail: { type, code, message, status: code, request_id: REQUEST_ID, param: null, ...more },
});
/** And as it was before. */
const toldOnce = (status: string, message: string, data?: object): unknown => ({
  detail: { status, message, ...(data === undefined ? {} : { data }) },
});

/** What each mishap that is a refusal answers. */
export const REFUSALS: Partial<Record<Mishap, Refused>> = {
  'rate-limit': { status: 429, body: told('rate_limit_error', 'rate_limit_exceeded', 'Too many requests.') },
  'concurrent-limit': {
    status: 429,
    body: told('rate_limit_error', 'concurrent_limit_exceeded', 'Too many concurrent requests.'),
  },
  'old-concurrent-limit': {
    status: 429,
    body: toldOnce('too_many_concurrent_requests', 'You have too many concurrent requests.'),
  },
  'system-busy': { status: 429, body: told('rate_limit_error', 'system_busy', 'The system is busy.') },
  unavailable: { status: 503, body: told('service_unavailable', 'service_unavailable', 'Come back later.') },
  error: { status: 500, body: told('internal_error', 'internal_error', 'Something went wrong.') },
  'bare-error': { status: 500, body: 'Internal Server Error' },
  'bad-gateway': { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' },
  'bad-prompt': {
    status: 400,
    body: toldOnce('bad_prompt', 'The prompt names an artist.', { prompt_suggestion: 'A calm piano ballad.' }),
  },
  'harmful-prompt': { status: 400, body: toldOnce('bad_prompt', 'The prompt breaks the terms.') },
  'bad-plan': {
    status: 400,
    body: told('invalid_request', 'bad_request', 'The plan names an artist.', {
      status: 'bad_composition_plan',
      data: {
        composition_plan_suggestion: { chunks: [{ text: '[Intro]', duration_ms: 5_000, positive_styles: ['calm'] }] },
      },
    }),
  },
  'bad-key': {
    status: 401,
    body: told('authentication_error', 'invalid_api_key', 'Invalid API key sk_0123456789abcdef.'),
  },
  'old-quota': { status: 401, body: toldOnce('quota_exceeded', 'This request exceeds your quota.') },
  'no-credits': { status: 402, body: told('payment_required', 'insufficient_credits', 'No credits are left.') },
  'free-plan': { status: 402, body: toldOnce('limited_access', 'The free plan has no access to the Music API.') },
  forbidden: { status: 403, body: told('authorization_error', 'insufficient_permissions', 'The key may not do this.') },
  'song-not-found': { status: 404, body: told('not_found', 'song_not_found', 'There is no such song.') },
  validator: {
    status: 422,
    body: {
      detail: [{ loc: ['body', 'composition_plan', 'chunks', 0, 'text'], msg: 'Field required', type: 'missing' }],
    },
  },
  'plain-words': { status: 400, body: { detail: 'This cannot be done.' } },
  redirect: { status: 307, body: '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
};

const refuse = (status: number, message: string): Refused => ({
  status,
  body: told('validation_error', 'invalid_parameters', message),
});

/** What the service finds wrong with a call by itself; null: it takes it on. */
export function faultOf(body: Record<string, unknown>, streams: boolean): Refused | null {
  const { prompt, composition_plan: plan, model_id: model = 'music_v1' } = body;
  if ((prompt === undefined) === (plan === undefined))
    return refuse(400, 'Give either a prompt or a composition plan.');
  if (prompt !== undefined && body.seed !== undefined) return refuse(400, 'A seed goes with a composition plan only.');
  if (plan !== undefined && body.music_length_ms !== undefined) return refuse(400, 'A length goes with a prompt only.');
  if (plan !== undefined && body.force_instrumental !== undefined)
    return refuse(400, 'Instrumental goes with a prompt.');
  if (streams && (body.sign_with_c2pa !== undefined || body.respect_sections_durations !== undefined))
    return refuse(400, 'Not known to the streaming routes.');
  if (typeof plan === 'object' && plan !== null && 'chunks' in plan === (model === 'music_v1'))
    return {
      status: 422,
      body: {
        detail: [
          { loc: ['body', 'composition_plan'], msg: `wrong kind of plan for ${String(model)}`, type: 'value_error' },
        ],
      },
    };
  return null;
}
