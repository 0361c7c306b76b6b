import type { ImageRequest, Json } from '../media.js';
import { readImageRequest } from './image-request.js';
import type { Recipe } from './recipe.js';

/**
 * The text that AUTOMATIC1111's web UI, SD.Next, Forge and many others put into their pictures: the prompt, a line that
 * begins with `Negative prompt:`, and a last line of settings from `Steps:` on.
 */
export function writeA1111(request: ImageRequest, strength: number | null): string {
  const { prompt, negativePrompt = '', steps, guidance, seed, width, height, model, sampler, refinerSteps } = request;
  const setting = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`${name}: ${value}`];
  const settings = [
    ...setting('Steps', steps),
    ...setting('Sampler', sampler),
    ...setting('CFG scale', guidance),
    ...setting('Seed', seed),
    ...setting('Size', width === undefined || height === undefined ? undefined : `${width}x${height}`),
    ...setting('Model', model),
    ...setting('Denoising strength', strength ?? undefined),
    ...setting('Refiner steps', refinerSteps),
    'Version: Rendercast',
  ];
  return [prompt, ...(negativePrompt === '' ? [] : [`Negative prompt: ${negativePrompt}`]), settings.join(', ')].join(
    '\n',
  );
}

/** Characters of such a text that are looked at. */
const MOST_CHARS = 200_000;

/** Reads such a text; null without a prompt and a line of settings. What no request can hold stays among the parameters. */
export function readA1111(text: string): Recipe | null {
  if (text.length > MOST_CHARS) return null;
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const last = lines.findLastIndex((line) => /^\s*Steps: \d/.test(line));
  if (last < 0) return null; // any text at all would be a prompt
  const settings = readSettings(lines.slice(last).join(' '));
  const words = lines.slice(0, last);
  const negative = words.findIndex((line) => line.startsWith('Negative prompt:'));
  const prompt = (negative < 0 ? words : words.slice(0, negative)).join('\n').trim();
  const negativePrompt = negative < 0 ? '' : words.slice(negative).join('\n').slice('Negative prompt:'.length).trim();
  const [, width, height] = /^(\d+)x(\d+)$/.exec(settings.get('Size') ?? '') ?? [];
  const number = (name: string) => {
    const value = settings.get(name);
    return value === undefined || value === '' ? undefined : Number(value);
  };
  const request = readImageRequest({
    prompt,
    negativePrompt: negativePrompt === '' ? undefined : negativePrompt,
    steps: number('Steps'),
    guidance: number('CFG scale'),
    seed: number('Seed'),
    refinerSteps: number('Refiner steps'),
    width: width === undefined ? undefined : Number(width),
    height: height === undefined ? undefined : Number(height),
    model: settings.get('Model'),
    sampler: settings.get('Sampler'),
  });
  if (request === null) return null;
  const parameters: Record<string, Json> = Object.fromEntries(settings);
  return { kind: 'image', request, parameters, source: 'a1111' };
}

/** `Name: value` pairs between commas; a comma within quotes belongs to its value. */
function readSettings(line: string): Map<string, string> {
  const settings = new Map<string, string>();
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= line.length; at++) {
    const character = line[at];
    if (character === '"' && line[at - 1] !== '\\') quoted = !quoted;
    if (at < line.length && (character !== ',' || quoted)) continue;
    const pair = line.slice(from, at);
    const colon = pair.indexOf(':');
    if (colon > 0)
      settings.set(
        pair.slice(0, colon).trim(),
        pair
          .slice(colon + 1)
          .trim()
          .replace(/^"(.*)"$/s, '$1'),
      );
    from = at + 1;
  }
  return settings;
}
