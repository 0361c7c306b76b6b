import { numberOf } from '../parts/field.js';
import { getSettings } from '../shell/settings.js';
import type { ImageRequestInput } from './image-request.js';

/** A picture to start from. */
export interface StartImage {
  artifactId: string;
  name: string;
}

/** The form as it stands: numbers as they were typed, so that half a number is kept too. */
export interface ImageDraft {
  prompt: string;
  negativePrompt: string;
  /** Name of an engine, or `auto`. */
  engine: string;
  /** Empty: the engine's own. */
  model: string;
  sampler: string;
  width: string;
  height: string;
  steps: string;
  refinerSteps: string;
  guidance: string;
  /** Used when `seedLocked`; else the one that was drawn last, for show. */
  seed: string;
  seedLocked: boolean;
  count: string;
  /** Names of `STYLES`. */
  styles: readonly string[];
  format: 'png' | 'webp' | 'jpeg';
  start: StartImage | null;
  strength: string;
}

const PLACE = 'rendercast.image-draft';

/** An empty form, with the person's own defaults. */
export function freshDraft(): ImageDraft {
  const { width, height, steps, guidance } = getSettings().imageDefaults;
  return {
    prompt: '',
    negativePrompt: '',
    engine: 'auto',
    model: '',
    sampler: '',
    width: String(width),
    height: String(height),
    steps,
    refinerSteps: '',
    guidance,
    seed: '',
    seedLocked: false,
    count: '1',
    styles: [],
    format: 'png',
    start: null,
    strength: '0.6',
  };
}

/** The form as it was left, in this tab or an earlier visit. */
export function loadDraft(): ImageDraft {
  const fresh = freshDraft();
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(PLACE) ?? 'null');
    return typeof kept === 'object' && kept !== null ? withKept(fresh, kept) : fresh;
  } catch {
    return fresh;
  }
}

/** Keeps the form for the next visit. */
export function saveDraft(draft: ImageDraft): void {
  try {
    window.localStorage.setItem(PLACE, JSON.stringify(draft));
  } catch {
    // The browser keeps nothing for this page: the form lasts as long as the tab.
  }
}

/** Only what has the shape that this version writes. */
function withKept(fresh: ImageDraft, kept: object): ImageDraft {
  const fits = Object.entries(kept).filter(([name, value]: [string, unknown]) => {
    if (name === 'start') return value === null || (typeof value === 'object' && 'artifactId' in value);
    if (name === 'styles') return Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (name === 'format') return value === 'png' || value === 'webp' || value === 'jpeg';
    return name in fresh && typeof value === typeof fresh[name as keyof ImageDraft];
  });
  return { ...fresh, ...(Object.fromEntries(fits) as Partial<ImageDraft>) };
}

/** What the engines that may take it understand; without word of any, everything is offered. */
export type Understands = (feature: string) => boolean;

/** The form as a request. What no engine of the choice understands is left out; styles then go into the prompt. */
export function requestOf(draft: ImageDraft, styleWords: string, understands: Understands): ImageRequestInput {
  const toStyle = styleWords !== '' && understands('style');
  const request: ImageRequestInput = {
    prompt: styleWords === '' || toStyle ? draft.prompt : `${draft.prompt}, ${styleWords}`,
    width: numberOf(draft.width),
    height: numberOf(draft.height),
    steps: numberOf(draft.steps),
    count: numberOf(draft.count),
    format: draft.format,
  };
  if (toStyle) request.style = styleWords;
  if (draft.negativePrompt.trim() !== '' && understands('negativePrompt'))
    request.negativePrompt = draft.negativePrompt;
  if (understands('guidance')) request.guidance = numberOf(draft.guidance);
  if (understands('refiner')) request.refinerSteps = numberOf(draft.refinerSteps);
  if (draft.seedLocked) request.seed = numberOf(draft.seed);
  if (draft.model !== '') request.model = draft.model;
  if (draft.sampler.trim() !== '' && understands('sampler')) request.sampler = draft.sampler.trim();
  if (draft.start !== null && understands('init'))
    request.inputs = [{ artifactId: draft.start.artifactId, role: 'init', strength: numberOf(draft.strength) }];
  return request;
}
