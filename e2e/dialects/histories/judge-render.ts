import { resultSchema, serverMessageSchema } from '@rendercast/protocol/dialects/music-render/index';
import type { JsonMessage } from '../../support/json-wire.js';
import { createFindings, type Fault, type Findings } from './faults.js';
import type { Connection, Recording } from './recording.js';
import type { TrueJob, Truth } from './truth.js';

const STAGES = ['connected', 'validating', 'validated', 'generating', 'processing', 'saving', 'extracting', 'complete'];

/** Judges a reader of renders: one connection, one render. */
export function judgeRender(recording: Recording, truth: Truth): Fault[] {
  const findings = createFindings(recording);
  for (const [number, connection] of recording.connections.entries()) {
    let percent = -1;
    let stage = 0;
    let ended = false;
    for (const [index, { message }] of connection.heard.entries()) {
      findings.at(number, index);
      if (!serverMessageSchema.safeParse(message).success) findings.add('shape', JSON.stringify(message).slice(0, 300));
      if (index === 0 && message.stage !== 'connected') findings.add('first', String(message.type));
      if (ended) findings.add(message.type === 'progress' ? 'after-end' : 'end-twice', String(message.type));
      if (message.type === 'progress') {
        const next = Number(message.progress_percent);
        if (next <= percent) findings.add('fell', `from ${percent} to ${next}`);
        percent = next;
        if (STAGES.indexOf(String(message.stage)) < stage) findings.add('order', String(message.stage));
        stage = STAGES.indexOf(String(message.stage));
      } else ended = true;
      if (message.type === 'result' && percent < 100) findings.add('no-hundred', String(message.request_id));
    }
    findings.at(number, null);
    judgeRequest(findings, recording, connection, truth);
    judgeClose(findings, connection, ended);
  }
  return findings.faults;
}

/** All messages are about one render, which is the reader's own, and its end is that of the log. */
function judgeRequest(findings: Findings, { owner, plan }: Recording, { heard }: Connection, truth: Truth): void {
  const ids = new Set(heard.flatMap(({ message: { request_id: id } }) => (typeof id === 'string' ? [id] : [])));
  const [id] = ids;
  if (id === undefined) return;
  if (ids.size > 1) findings.add('foreign', [...ids].join(', '));
  const [holder] = truth.holders(owner, 'music', id);
  if (holder === undefined) return findings.add(truth.knows(id) ? 'foreign' : 'unknown', id);
  if (holder.plan !== plan) findings.add('unasked', `${id} is "${holder.plan}"`);
  for (const { message } of heard) judgeEnd(findings, message, holder);
}

function judgeEnd(findings: Findings, message: JsonMessage, { job, endedAtMs }: TrueJob): void {
  if (message.type === 'result') {
    const size = resultSchema.safeParse(message.data).data?.file_size_bytes;
    const isTrue = job.state === 'succeeded' && job.outputs.some(({ artifact }) => artifact.sizeBytes === size);
    if (!isTrue) findings.add('end-wrong', `${job.id} is ${job.state}`);
  } else if (message.type === 'error') {
    const words = String(message.message);
    const isGoodbye = words.includes('goes down');
    if (isGoodbye) return;
    const isTrue =
      endedAtMs !== null &&
      (job.state === 'canceled' || (job.state === 'failed' && words.includes(job.error?.message ?? '')));
    if (!isTrue) findings.add('end-wrong', `${job.id} is ${job.state}, and was told of as "${words}"`);
  }
}

/** It closes with 1000 after its end, and never before. */
function judgeClose(findings: Findings, { closedWith, isWhole }: Connection, ended: boolean): void {
  if (ended && (closedWith !== null || isWhole) && closedWith !== 1000)
    findings.add('close', `with ${closedWith} after the end`);
  if (!ended && closedWith === 1000) findings.add('end-missing', 'closed with 1000 before the end');
  if (!ended && isWhole) findings.add('end-missing', 'everything is at rest');
}
