import type { Job } from '@rendercast/client';
import { duration, moment, stageName } from '../shell/format.js';
import './job.css';
import { imageRequest, musicRequest } from './requests.js';

type FactLine = [name: string, value: string, wide?: 'wide'];

/** What the job was made with: what was really used where the engine says so, else what was asked for. */
export function JobFacts({ job }: { job: Job }) {
  return (
    <dl className="job-facts">
      {factsOf(job).map(([name, value, wide]) => (
        <div key={name} className={wide}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(job: Job): FactLine[] {
  const lines: FactLine[] = job.kind === 'image' ? pictureFacts(job) : songFacts(job);
  lines.push(['Engine', job.ranOn?.engine ?? job.engine]);
  if (job.ranOn !== null) lines.push(['Backend', job.ranOn.backend]);
  lines.push(['Made', moment(job.createdAt)]);
  if (job.timings !== null) lines.push(['Waited', duration(job.timings.queuedMs)]);
  if (job.attempt > 1) lines.push(['Attempts', String(job.attempt)]);
  if (job.priority !== 0) lines.push(['Priority', String(job.priority)]);
  if (job.tags.length > 0) lines.push(['Tags', job.tags.join(', ')]);
  lines.push(['Id', job.clientId ?? job.id, 'wide']);
  return lines;
}

function pictureFacts(job: Job): FactLine[] {
  const used = job.outputs[0]?.artifact.parameters ?? {};
  const asked: Record<string, unknown> = { ...imageRequest(job) };
  const lines: FactLine[] = [];
  const add = (name: string, field: string, wide?: 'wide'): void => {
    const value = used[field] ?? asked[field];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number')
      lines.push(wide === undefined ? [name, String(value)] : [name, String(value), wide]);
  };
  const { width, height } = job.outputs[0]?.artifact ?? imageRequest(job);
  add('Without', 'negativePrompt', 'wide');
  if (typeof width === 'number' && typeof height === 'number') lines.push(['Size', `${width} × ${height}`]);
  add('Steps', 'steps');
  add('Refiner steps', 'refinerSteps');
  add('Guidance', 'guidance');
  lines.push(['Seed', String(job.seed)]);
  if (job.outputs.length > 1) lines.push(['Images', String(job.outputs.length)]);
  add('Model', 'model');
  add('Sampler', 'sampler');
  add('Style', 'style', 'wide');
  add('Change of the start image', 'strength');
  return lines;
}

function songFacts(job: Job): FactLine[] {
  const { plan, lengthMs } = musicRequest(job);
  const made = job.outputs[0]?.artifact.durationMs ?? lengthMs;
  const lines: FactLine[] = [];
  if (made !== undefined) lines.push(['Length', duration(made)]);
  lines.push(['Seed', String(job.seed)]);
  if (plan?.positiveStyles !== undefined && plan.positiveStyles.length > 0)
    lines.push(['Styles', plan.positiveStyles.join(', '), 'wide']);
  if (plan?.sections !== undefined)
    lines.push(['Sections', plan.sections.map(({ name }) => stageName(name)).join(', '), 'wide']);
  return lines;
}
