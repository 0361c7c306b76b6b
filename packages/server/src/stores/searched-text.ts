import type { Job } from '@rendercast/protocol';

/**
 * What a job is found by, a part per line: the words it was asked for in, its tags, and its parameters as people write them
 * (`steps:30`, `seed:7`, `size:768x512`, `sampler:euler`). What lies deeper (a plan's sections, `extra`) is left out.
 */
export function searchedText({ request, tags, seed }: Pick<Job, 'request' | 'tags' | 'seed'>): string {
  const { prompt, ...rest } = request;
  const plan = 'plan' in request ? request.plan : undefined;
  const parameters = Object.entries({ ...rest, seed })
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => `${name}:${String(value)}`);
  const size = 'width' in request && 'height' in request ? [`size:${request.width}x${request.height}`] : [];
  return [...(prompt === undefined ? [] : [prompt]), plan?.title ?? '', ...tags, ...parameters, ...size].join('\n');
}
