import { createFindings, type Fault, type Findings } from './faults.js';
import type { Grammar, Meaning } from './grammar.js';
import { judgeEnds, standsAt, type ToldEnd } from './lives.js';
import type { Connection, Recording } from './recording.js';
import type { TrueJob, Truth } from './truth.js';

/** What one connection was told of one id. Its holders live one after the other; what is said of the present one ends with it. */
interface Told {
  ends: ToldEnd[];
  starts: number;
  life: Life;
}

interface Life {
  started: boolean;
  begun: boolean;
  progressed: boolean;
  ended: boolean;
  /** The message before was that at the final state. */
  final: boolean;
  fraction: number;
  steps: number | null;
}

const newLife = (): Life => ({
  ...{ started: false, begun: false, progressed: false, ended: false, final: false },
  ...{ fraction: 0, steps: null },
});

/** Judges a reader of a language that tells of jobs by their ids. */
export function judgeJobs(recording: Recording, truth: Truth, grammar: Grammar): Fault[] {
  const findings = createFindings(recording);
  for (const [number, connection] of recording.connections.entries()) {
    const told = new Map<string, Told>();
    const confirmedAt = connection.heard.findIndex(({ message }) => grammar.confirms?.(message) ?? false);
    for (const [index, { message }] of connection.heard.entries()) {
      findings.at(number, index);
      if (!grammar.isWellFormed(message)) findings.add('shape', JSON.stringify(message).slice(0, 300));
      if (index === 0 && !grammar.mayOpen(message)) findings.add('first', String(message.type));
      const meaning = grammar.read(message);
      if (meaning === null) continue;
      const holders = truth.holders(recording.owner, 'image', meaning.id);
      if (!isOwn(findings, truth, meaning, holders)) continue;
      if (confirmedAt >= 0 && index > confirmedAt && !isAsked(recording, meaning.id, holders))
        findings.add('unasked', meaning.id);
      const before = told.get(meaning.id) ?? { ends: [], starts: 0, life: newLife() };
      told.set(meaning.id, before);
      judgeMeaning(findings, grammar, before, meaning, index, holders);
    }
    findings.at(number, null);
    judgeConnection(findings, recording, connection, truth, grammar, told);
  }
  return findings.faults;
}

function isOwn(findings: Findings, truth: Truth, meaning: Meaning, holders: readonly TrueJob[]): boolean {
  const { id, prompt } = meaning;
  if (holders.length === 0) {
    findings.add(truth.knows(id) ? 'foreign' : 'unknown', id);
    return false;
  }
  if (prompt === null || holders.some((holder) => holder.prompt === prompt)) return true;
  findings.add('foreign', `${id} is not asked for in the words "${prompt}"`);
  return false;
}

/** Whether a reader follows the holders of an id. */
function isAsked({ task, names }: Recording, shown: string, holders: readonly TrueJob[]): boolean {
  const asked = task === undefined ? names : [task];
  return (
    asked === undefined || asked === null || asked.includes(shown) || holders.some(({ job }) => asked.includes(job.id))
  );
}

function judgeMeaning(
  findings: Findings,
  grammar: Grammar,
  told: Told,
  meaning: Meaning,
  index: number,
  holders: readonly TrueJob[],
): void {
  const { id, part, end } = meaning;
  if (told.life.ended) {
    if (told.ends.length >= holders.length || !grammar.opensLife.includes(part))
      return findings.add(part === 'end' ? 'end-twice' : 'after-end', `${id}: ${part}`);
    told.life = newLife();
  }
  const { life } = told;
  if (part === 'start') {
    if (life.started) findings.add('start-twice', id);
    else if (life.progressed) findings.add('start-late', id);
    life.started = true;
    told.starts += 1;
  } else if (part === 'begun') {
    if (!life.started || life.begun || life.progressed) findings.add('order', `${id}: begun`);
    life.begun = true;
  } else if (part === 'waiting') {
    if (life.progressed && !grammar.waitsAgain) findings.add('order', `${id}: waits again`);
  } else if (part === 'progress') {
    // A success that comes before its job was looked up for a new reader is told with its 100 % all the same.
    if (grammar.startFirst && !life.started && meaning.fraction !== 1) findings.add('start-missing', id);
    life.progressed = true;
  }
  judgeFigures(findings, life, meaning, holders);
  if (end !== null) {
    if (grammar.finalFirst && !life.final) findings.add('order', `${id}: the end came without the final state`);
    const wasHeard = life.started || life.progressed;
    if (end.succeeded && wasHeard && life.fraction < 1) findings.add('no-hundred', id);
    told.ends.push({ ...end, index });
    life.ended = true;
  }
  life.final = part === 'final';
}

/** The part that is done never falls, and the total stays. */
function judgeFigures(findings: Findings, life: Life, meaning: Meaning, holders: readonly TrueJob[]): void {
  const { id, part, fraction, steps } = meaning;
  if (fraction !== null) {
    if (fraction < life.fraction) findings.add('fell', `${id}: from ${life.fraction} to ${fraction}`);
    life.fraction = fraction;
  }
  if (steps === null || (part !== 'progress' && part !== 'end' && part !== 'final')) return;
  if (life.steps !== null && steps !== life.steps) findings.add('total', `${id}: from ${life.steps} to ${steps}`);
  if (holders.every(({ job }) => steps !== stepsOf(job)))
    findings.add('foreign', `${id}: nobody asked for ${steps} steps`);
  life.steps = steps;
}

const stepsOf = ({ request }: TrueJob['job']): number | undefined => ('steps' in request ? request.steps : undefined);

/** What a connection that was open to the last had to be told, and whether it was. */
function judgeConnection(
  findings: Findings,
  recording: Recording,
  connection: Connection,
  truth: Truth,
  grammar: Grammar,
  told: ReadonlyMap<string, Told>,
): void {
  const { heard, isWhole } = connection;
  const stands = standsAt(connection, (index) => grammar.provesStanding(heard[index]?.message ?? {}));
  const shown = new Set(
    truth.jobs.filter(({ job }) => job.owner === recording.owner && job.kind === 'image').map((each) => each.shown),
  );
  for (const id of shown) {
    const holders = truth.holders(recording.owner, 'image', id);
    if (!isAsked(recording, id, holders)) continue;
    const isNamed = (recording.task ?? recording.names ?? null) !== null;
    const due = holders.filter(
      ({ endedAtMs }, place) =>
        endedAtMs !== null && (endedAtMs > stands || (isNamed && grammar.tellsLate && place === holders.length - 1)),
    );
    const { ends, starts } = told.get(id) ?? { ends: [], starts: 0 };
    judgeEnds(findings, connection, ends, holders, due);
    const started = holders.filter(({ startedAtMs }) => startedAtMs !== null && startedAtMs > stands);
    if (isWhole && grammar.tellsStart && starts < started.length)
      findings.add('start-missing', `${id}: ${started.length} started, ${starts} were told`);
  }
}
