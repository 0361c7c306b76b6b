import * as z from 'zod';

/** What the service says about a failure, in whichever of its forms. */
export interface ApiError {
  /** Kind and code in small letters, as far as they are told: `type`, `code`, `status`. */
  words: readonly string[];
  /** Words for people; empty: none. */
  message: string;
  /** Other words that the service would take; null: it has none. */
  promptSuggestion: string | null;
  planSuggestion: unknown;
}

const text = z.string().nullish().catch(null);
const envelope = z.object({
  type: text,
  code: text,
  message: text,
  status: text,
  data: z
    .object({ prompt_suggestion: text, composition_plan_suggestion: z.unknown().optional() })
    .nullish()
    .catch(null),
});
const validatorList = z
  .array(z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string().catch('') }))
  .min(1);

/** Reads the body of a refusal: an envelope, a list of the validator, or a plain string; null: it is not of the service. */
export function readApiError(body: string): ApiError | null {
  const detail = detailOf(body);
  if (typeof detail === 'string') return { words: [], message: detail, promptSuggestion: null, planSuggestion: null };
  const list = validatorList.safeParse(detail).data;
  if (list !== undefined) {
    const message = list.map(({ loc, msg }) => `${loc.filter((step) => step !== 'body').join('.')}: ${msg}`).join('; ');
    return { words: [], message, promptSuggestion: null, planSuggestion: null };
  }
  const read = envelope.safeParse(detail).data;
  if (read === undefined) return null;
  const { type, code, status, message, data } = read;
  return {
    words: [status, code, type].flatMap((word) => (word ? [word.toLowerCase()] : [])),
    message: message ?? '',
    promptSuggestion: data?.prompt_suggestion ?? null,
    planSuggestion: data?.composition_plan_suggestion ?? null,
  };
}

function detailOf(body: string): unknown {
  try {
    const parsed = JSON.parse(body) as unknown;
    return typeof parsed === 'object' && parsed !== null && 'detail' in parsed ? parsed.detail : undefined;
  } catch {
    return undefined;
  }
}
