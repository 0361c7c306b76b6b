import type { ImageRequestInput } from './image-request.js';

/** What a grid can vary. */
export const VARIED = ['steps', 'guidance', 'seed', 'size', 'style', 'model', 'strength', 'word'] as const;
export type Varied = (typeof VARIED)[number];

/** How it is called, and how its values are written. */
export const AXIS_WORDS: Readonly<Record<Varied, { title: string; example: string }>> = {
  steps: { title: 'Steps', example: '10, 20, 40' },
  guidance: { title: 'Guidance', example: '3, 7, 12' },
  seed: { title: 'Seed', example: '1-4' },
  size: { title: 'Size', example: '512x512, 768x512' },
  style: { title: 'Style', example: 'watercolor, ink drawing' },
  model: { title: 'Model', example: 'model names, with commas' },
  strength: { title: 'Change', example: '0.3, 0.5, 0.8' },
  word: { title: 'Word', example: 'fox, owl, hare' },
};

/** One direction of a grid: what varies, and its values in order. */
export interface Axis {
  varied: Varied;
  values: readonly string[];
}

/** Most values of one axis; a grid is one batch, and a batch has its limit. */
const MOST_VALUES = 12;

/** Reads the values of an axis: `3, 7, 12`, or ranges of whole numbers such as `1-4` and `10-50/10`. */
export function readValues(varied: Varied, text: string): { values: string[]; problem: string | null } {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const values = [...new Set(parts.flatMap((part) => (isCounted(varied) ? range(part) : [part])))];
  return { values, problem: problemOf(varied, values) };
}

function problemOf(varied: Varied, values: readonly string[]): string | null {
  if (values.length === 0) return `Name some values, such as ${AXIS_WORDS[varied].example}.`;
  if (values.length > MOST_VALUES) return `${values.length} values are too many; ${MOST_VALUES} is the most.`;
  const isNumber = isCounted(varied) || varied === 'guidance' || varied === 'strength';
  const odd = values.find((value) =>
    isNumber ? Number.isNaN(Number(value)) : varied === 'size' && sizeOf(value) === null,
  );
  return odd === undefined ? null : `“${odd}” is no ${varied === 'size' ? 'size, such as 768x512' : 'number'}.`;
}

const isCounted = (varied: Varied): boolean => varied === 'steps' || varied === 'seed';

function range(part: string): string[] {
  const match = /^(\d+)\s*[-–]\s*(\d+)(?:\s*\/\s*(\d+))?$/.exec(part);
  if (match === null) return [part];
  const [from, to, by] = [Number(match[1]), Number(match[2]), Math.max(1, Number(match[3] ?? 1))];
  const values: string[] = [];
  for (let value = from; value <= to && values.length <= MOST_VALUES; value += by) values.push(String(value));
  return values;
}

function sizeOf(text: string): [number, number] | null {
  const match = /^(\d+)\s*[x×]\s*(\d+)$/i.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

/** The request with one value of an axis. `word` puts the value in place of the first value, wherever the prompt has it. */
export function withValue(request: ImageRequestInput, { varied, values }: Axis, value: string): ImageRequestInput {
  switch (varied) {
    case 'steps':
    case 'guidance':
    case 'seed':
      return { ...request, [varied]: Number(value) };
    case 'size': {
      const [width, height] = sizeOf(value) ?? [request.width, request.height];
      return { ...request, width, height };
    }
    case 'style':
    case 'model':
      return { ...request, [varied]: value };
    case 'strength':
      return { ...request, inputs: (request.inputs ?? []).map((input) => ({ ...input, strength: Number(value) })) };
    case 'word':
      return { ...request, prompt: request.prompt.replaceAll(values[0] ?? value, value) };
  }
}

/** What the values of an axis are begun with; models and words are anybody's guess. */
export function firstValues(varied: Varied): string {
  return varied === 'model' || varied === 'word' ? '' : AXIS_WORDS[varied].example;
}
