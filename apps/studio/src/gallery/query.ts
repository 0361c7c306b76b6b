import type { Job } from '@rendercast/client';

/** What the gallery shows; everything given must hold. */
export interface GalleryQuery {
  kind: 'image' | 'music' | null;
  favorite: boolean;
  tag: string;
  /** Words that must all occur in prompt, title, tags or parameters. */
  find: string;
}

/** The query as the address keeps it, so that a reload, a link and the back button keep it too. */
export function readQuery(search: URLSearchParams): GalleryQuery {
  const kind = search.get('kind');
  return {
    kind: kind === 'image' || kind === 'music' ? kind : null,
    favorite: search.get('favorite') === 'true',
    tag: search.get('tag') ?? '',
    find: search.get('find') ?? '',
  };
}

/** The query for an address; what is not asked for is left out. */
export function writeQuery({ kind, favorite, tag, find }: GalleryQuery): Record<string, string> {
  return {
    ...(kind === null ? {} : { kind }),
    ...(favorite ? { favorite: 'true' } : {}),
    ...(tag === '' ? {} : { tag }),
    ...(find === '' ? {} : { find }),
  };
}

/** Whether a job fits, as the server would say: for what arrives after the list was read. */
export function fits(job: Job, { kind, favorite, tag, find }: GalleryQuery): boolean {
  if (job.removed || job.outputs.length === 0) return false;
  if (kind !== null && job.kind !== kind) return false;
  if (favorite && !job.favorite) return false;
  if (tag !== '' && !job.tags.includes(tag)) return false;
  const words = fold(find)
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = fold(searched(job));
  return words.every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The text that the server searches: prompt, title, tags, and parameters as `name:value`. */
function searched({ request, tags, seed }: Job): string {
  const { prompt = '', ...rest } = request;
  const plan = 'plan' in request ? request.plan : undefined;
  const parameters = Object.entries({ ...rest, seed })
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => `${name}:${String(value)}`);
  const size = 'width' in request && 'height' in request ? `size:${request.width}x${request.height}` : '';
  return [prompt, plan?.title ?? '', ...tags, ...parameters, size].join('\n');
}
