import type { Job } from '@rendercast/client';

/** What the job was made with. */
export function JobFacts({ job }: { job: Job }) {
  const request = job.request as { width?: number; height?: number; guidance?: number; negativePrompt?: string };
  const facts: [string, string][] = [
    ['Engine', job.ranOn?.engine ?? job.engine],
    ['Seed', String(job.seed)],
    ['Id', job.clientId ?? job.id],
  ];
  if (request.width !== undefined && request.height !== undefined)
    facts.unshift(['Size', `${request.width} × ${request.height}`]);
  if (request.guidance !== undefined) facts.push(['Guidance', String(request.guidance)]);
  if (request.negativePrompt !== undefined) facts.push(['Without', request.negativePrompt]);
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
