import { LIMITS } from '../limits.js';
import type { ImageRequest, Input } from '../media.js';
import { asFields, type Fields, numberOf, textOf, wholeOf, withoutAbsent, wordOf } from './fields.js';

/** A request for a picture out of what a file says; null without a prompt. Members that are out of bounds are left out. */
export function readImageRequest(fields: Fields): ImageRequest | null {
  const prompt = textOf(fields['prompt'], LIMITS.promptChars);
  if (prompt === undefined || prompt.trim() === '') return null;
  const side = (value: unknown) => wholeOf(value, LIMITS.minSide, LIMITS.maxSide);
  return withoutAbsent({
    prompt,
    negativePrompt: textOf(fields['negativePrompt'], LIMITS.promptChars),
    width: side(fields['width']),
    height: side(fields['height']),
    steps: wholeOf(fields['steps'], 1, LIMITS.maxSteps),
    refinerSteps: wholeOf(fields['refinerSteps'], 0, LIMITS.maxSteps),
    guidance: numberOf(fields['guidance'], 0, 50),
    seed: wholeOf(fields['seed'], 0, LIMITS.maxSeed),
    count: wholeOf(fields['count'], 1, LIMITS.maxCount),
    model: textOf(fields['model'], 256),
    sampler: textOf(fields['sampler'], 128),
    style: textOf(fields['style'], 128),
    inputs: readInputs(fields['inputs']),
    format: wordOf(fields['format'], ['png', 'webp', 'jpeg']),
  });
}

function readInputs(value: unknown): Input[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const inputs = (value as unknown[]).map(readInput).filter((input) => input !== null);
  return inputs.length === 0 ? undefined : inputs.slice(0, 8);
}

function readInput(value: unknown): Input | null {
  const fields = asFields(value);
  const artifactId = textOf(fields?.['artifactId'], 64);
  const role = wordOf(fields?.['role'], ['init', 'mask', 'control']);
  if (fields === null || artifactId === undefined || artifactId === '' || role === undefined) return null;
  return withoutAbsent({
    artifactId,
    role,
    strength: numberOf(fields['strength'], 0, 1),
    control: textOf(fields['control'], 64),
    weight: numberOf(fields['weight'], 0, 10),
    startFraction: numberOf(fields['startFraction'], 0, 1),
    endFraction: numberOf(fields['endFraction'], 0, 1),
  });
}
