import type { Recipe } from '@rendercast/client/inspect';
import { printable } from '../terminal/printable.js';

type Picture = Extract<Recipe, { kind: 'image' }>['request'];
type Song = Extract<Recipe, { kind: 'music' }>['request'];

/** How a file was made, in lines for people; the last is the command that makes it again. */
export function describeRecipe(recipe: Recipe, file: string): string[] {
  const lines = recipe.kind === 'image' ? describePicture(recipe.request) : describeSong(recipe.request);
  const guess =
    recipe.source === 'rendercast' ? [] : ['This was read from the text of another program; it may not be all.'];
  const again = recipe.kind === 'image' ? pictureCommand(recipe.request) : songCommand(recipe.request, file);
  return [...lines, ...guess, '', ...again];
}

/** Names and values in two columns; what is not there is left out. */
function columns(rows: readonly (readonly [string, unknown])[]): string[] {
  const present = rows.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value))}`);
}

function describePicture(request: Picture): string[] {
  const { prompt, negativePrompt, width, height, steps, refinerSteps, guidance, seed, model, style, sampler } = request;
  return columns([
    ['prompt', prompt],
    ['negative', negativePrompt],
    ['style', style],
    ['size', width === undefined || height === undefined ? undefined : `${width} × ${height}`],
    ['steps', refinerSteps === undefined ? steps : `${steps ?? '?'} + ${refinerSteps} of the refiner`],
    ['guidance', guidance],
    ['sampler', sampler],
    ['seed', seed],
    ['model', model],
    ...(request.inputs ?? []).map(
      ({ role, artifactId, strength }) =>
        [role, `${artifactId}${strength === undefined ? '' : `, strength ${strength}`}`] as const,
    ),
  ]);
}

function describeSong({ prompt, plan, lengthMs, seed, model }: Song): string[] {
  return columns([
    ['title', plan?.title],
    ['prompt', prompt],
    ['length', lengthMs === undefined ? undefined : `${lengthMs / 1_000} s`],
    ['styles', plan?.positiveStyles.join(', ')],
    ...(plan?.sections ?? []).map(
      ({ name, durationMs, positiveStyles }) =>
        [name, [`${durationMs / 1_000} s`, ...positiveStyles].join(', ')] as const,
    ),
    ['seed', seed],
    ['model', model],
  ]);
}

function pictureCommand(request: Picture): string[] {
  const { prompt, negativePrompt, width, height, steps, refinerSteps, guidance, seed, model, style, sampler } = request;
  const size = width === undefined || height === undefined ? undefined : `${width}x${height}`;
  const start = request.inputs?.find(({ role }) => role === 'init');
  const words = [
    'rendercast generate',
    quote(prompt),
    ...option('--negative', negativePrompt),
    ...option('--style', style),
    ...option('--size', size),
    ...option('--steps', steps),
    ...option('--refiner-steps', refinerSteps),
    ...option('--guidance', guidance),
    ...option('--sampler', sampler),
    ...option('--seed', seed),
    ...option('--model', model),
    ...(start === undefined
      ? []
      : ['--input', '<the picture it started from>', ...option('--strength', start.strength)]),
  ];
  return [words.join(' ')];
}

function songCommand({ prompt, plan, lengthMs, seed, model }: Song, file: string): string[] {
  const more = [...option('--seed', seed), ...option('--model', model)];
  if (plan !== undefined)
    return [[`rendercast inspect ${quote(file)} --plan | rendercast compose -`, ...more].join(' ')];
  const length = lengthMs === undefined ? undefined : `${lengthMs / 1_000}s`;
  return [['rendercast compose', ...option('--prompt', prompt), ...option('--length', length), ...more].join(' ')];
}

function option(name: string, value: string | number | undefined): string[] {
  if (value === undefined || value === '') return [];
  return [name, typeof value === 'number' ? String(value) : quote(value)];
}

/** One word of a shell. */
function quote(text: string): string {
  const word = printable(text);
  if (/^[\w.,:/+=@%][\w.,:/+=@%-]*$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
