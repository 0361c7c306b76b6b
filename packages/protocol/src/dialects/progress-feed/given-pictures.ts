import * as z from 'zod';
import type { Verbs } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import { lenientNumber } from '../../lenient-number.js';
import { type Input, wellFormed } from '../../media.js';

/**
 * Pictures that a job starts from or is guided by, under the names that the sdapi servers have made known. Each is
 * base64 (with or without `data:`), or the id or address of a file that lies here already. Addresses are never fetched.
 */

/** Inputs that a request may have in all. */
const MAX_PICTURES = 8;

/** Null and empty texts count as absent. */
const picture = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').trim());

/** One control image, as the ControlNet extension of the sdapi servers has it. */
const unitSchema = z.looseObject({
  image: picture,
  enabled: z.boolean().nullish(),
  /** The kind of guidance; `module` says it where this is absent, else `model`. */
  control_type: wellFormed(z.string().max(64)).nullish(),
  module: wellFormed(z.string().max(64)).nullish(),
  model: wellFormed(z.string().max(256)).nullish(),
  weight: lenientNumber(z.number().min(0).max(10)),
  guidance_start: lenientNumber(z.number().min(0).max(1)),
  guidance_end: lenientNumber(z.number().min(0).max(1)),
});
type Unit = z.infer<typeof unitSchema>;
const unitsSchema = z.array(unitSchema).max(MAX_PICTURES).nullish();

/** The parameters that carry pictures. */
export const pictureFields = {
  init_images: z.array(picture).max(MAX_PICTURES).nullish(),
  mask: picture,
  controlnet_units: unitsSchema,
  /** Of the scripts of these servers only ControlNet is understood here; the others reach the engine as they are. */
  alwayson_scripts: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((scripts, context) => {
      const name = Object.keys(scripts ?? {}).find((one) => one.toLowerCase() === 'controlnet');
      if (name === undefined) return { units: [], others: scripts ?? {} };
      const { [name]: script, ...others } = scripts ?? {};
      const parsed = z.looseObject({ args: unitsSchema }).safeParse(script ?? {});
      if (parsed.success) return { units: parsed.data.args ?? [], others };
      const [issue] = parsed.error.issues;
      context.addIssue({
        code: 'custom',
        message: issue?.message ?? 'not valid',
        path: [name, ...(issue?.path ?? [])],
      });
      return z.NEVER;
    }),
};

interface GivenPictures {
  init_images?: readonly string[] | null | undefined;
  mask?: string;
  controlnet_units?: readonly Unit[] | null | undefined;
  alwayson_scripts?: { units: readonly Unit[]; others: Record<string, unknown> };
  denoising_strength?: number | null | undefined;
}

/** What is asked of a picture, before it has an id here. */
interface Wish {
  picture: string;
  field: string;
  input: Omit<Input, 'artifactId'>;
}

/**
 * The inputs of a job: pictures that come with the parameters are put away as files first. @throws RendercastError that
 * names the field of what is no picture
 */
export async function inputsOf(params: GivenPictures, verbs: Pick<Verbs, 'putFile'>): Promise<Input[]> {
  const wishes = wishesOf(params);
  if (wishes.length > MAX_PICTURES)
    throw new RendercastError('invalid_field', `init_images: ${MAX_PICTURES} pictures may be given in all`, {
      field: 'init_images',
    });
  // Everything is looked at before anything is put away.
  const found = wishes.map(({ picture: text, field }) => idIn(text) ?? bytesIn(text, field));
  const ids = new Map<string, string>();
  const inputs: Input[] = [];
  for (const [at, { picture: text, field, input }] of wishes.entries()) {
    const given = found[at];
    if (given === undefined) continue;
    const artifactId = typeof given === 'string' ? given : (ids.get(text) ?? (await putAway(given, field, verbs)));
    ids.set(text, artifactId);
    inputs.push({ artifactId, ...input });
  }
  return inputs;
}

function wishesOf({ init_images, mask = '', denoising_strength, ...given }: GivenPictures): Wish[] {
  const starts = (init_images ?? []).filter((text) => text !== '');
  const strength = denoising_strength ?? null;
  const wishes: Wish[] = starts.map((text, at) => ({
    picture: text,
    field: `init_images.${at}`,
    input: { role: 'init', ...(strength === null ? {} : { strength }) },
  }));
  if (mask !== '') wishes.push({ picture: mask, field: 'mask', input: { role: 'mask' } });
  const units = [...(given.controlnet_units ?? []), ...(given.alwayson_scripts?.units ?? [])];
  for (const [at, unit] of units.entries()) {
    if (unit.enabled === false) continue;
    const field = `controlnet_units.${at}.image`;
    // As those servers do, a unit without a picture of its own is guided by the one that the job starts from.
    const text = unit.image === '' ? (starts[0] ?? '') : unit.image;
    wishes.push({ picture: text, field, input: { role: 'control', ...guidanceOf(unit) } });
  }
  return wishes;
}

function guidanceOf(unit: Unit): Omit<Input, 'artifactId' | 'role'> {
  const kinds = [unit.control_type?.toLowerCase(), unit.module, unit.model];
  const kind = kinds.find((name) => !['', 'none', 'all'].includes((name ?? '').trim().toLowerCase()))?.trim();
  const { weight, guidance_start: start, guidance_end: end } = unit;
  return {
    ...(kind === undefined ? {} : { control: Array.from(kind).slice(0, 64).join('') }),
    ...(typeof weight === 'number' ? { weight } : {}),
    ...(typeof start === 'number' ? { startFraction: start } : {}),
    ...(typeof end === 'number' ? { endFraction: end } : {}),
  };
}

/** A file that lies here, named by its id or its address; null: the text is the picture itself. */
function idIn(text: string): string | null {
  const inAddress = /^[^\s,]{0,500}\/v1\/artifacts\/([\w-]{1,64})(?:[?#]\S*)?$/.exec(text)?.[1];
  return inAddress ?? (/^a_[\w-]{1,62}$/.test(text) ? text : null);
}

function bytesIn(text: string, field: string): Uint8Array {
  const base64 = /^data:[^,]{0,200};base64,/.test(text) ? text.slice(text.indexOf(',') + 1) : text;
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    if (mediaTypeOf(bytes) !== null) return bytes;
  } catch {
    // said below: it is no base64
  }
  const message = 'is neither a PNG, JPEG or WebP picture in base64 nor the id or address of a file here';
  throw new RendercastError('invalid_field', `${field}: ${message}`, { field });
}

/** By the first bytes: what a client calls its picture counts for nothing. */
function mediaTypeOf(bytes: Uint8Array): string | null {
  const starts = (at: number, ...expected: number[]): boolean =>
    expected.every((byte, index) => bytes[at + index] === byte);
  if (starts(0, 0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  return starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50) ? 'image/webp' : null;
}

async function putAway(bytes: Uint8Array, field: string, verbs: Pick<Verbs, 'putFile'>): Promise<string> {
  const mediaType = mediaTypeOf(bytes) ?? 'application/octet-stream';
  const body = (async function* () {
    yield bytes;
  })();
  return (await verbs.putFile({ mediaType, name: `${field}.${mediaType.split('/')[1]}`, body })).id;
}
