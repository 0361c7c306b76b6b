import type {
  Artifact,
  FactBody,
  Filter,
  Intake,
  Job,
  JobKind,
  JobState,
  LoggedFact,
  Progress,
} from '@rendercast/protocol';

/**
 * What we remember. A driver keeps facts and the row (a cache of `reduce()`) in one transaction.
 *
 * Every write may share a transaction with others (group commit): each succeeds or is refused alone, and none
 * is answered before the group is on disk. A write that throws `storage_unavailable` has left nothing behind.
 */
export interface Store {
  /** Renewed by a restore; part of every position. */
  readonly epoch: string;

  /** Makes jobs with their first fact: all of them or none. */
  create(creation: Creation): Promise<CreationResult>;
  /** Adds facts to one job if the condition holds: the only way a job changes. */
  append(append: Append): Promise<AppendResult>;
  /**
   * Takes the next job that one of the offers can run, appends its `started`, and leases it. A job's `startBy` binds
   * its first start only. Offers of backends whose intake is not open are passed over, whoever makes them.
   */
  claim(claim: ClaimRequest): Promise<Claim | null>;
  /**
   * Extends leases; answers the ids whose lease still holds. One that has run out stays so, even if nobody took the
   * job over yet.
   */
  renew(leases: readonly LeaseRef[], leaseMs: number): Promise<string[]>;
  /**
   * Counts slots of backends as taken although the attempts that ran there have ended, since the backends are still busy with
   * them: for `leaseMs` from now, and said again for longer. While an attempt is leased its slot counts once.
   */
  holdSlots(holds: readonly SlotHold[], leaseMs: number): Promise<void>;
  /** Ends that: the backend is free. What is not held is no error. */
  freeSlot(attempt: LeaseRef): Promise<void>;
  /** Running jobs whose lease has run out, by the store's own clock. */
  expiredLeases(): Promise<LeaseRef[]>;
  /** Queued jobs whose `startBy` has passed. */
  overdue(now: string): Promise<Job[]>;

  /**
   * Keeps a word of the attempt for after a restart (a backend's own id of the work), before the work leaves the house;
   * null takes it back. False: the attempt is over, and nothing was kept.
   */
  saveHandle(jobId: string, attempt: number, handle: unknown): Promise<boolean>;
  /** The newest progress, lazily and without a sync of its own: a courtesy after a restart. */
  saveProgress(jobId: string, attempt: number, progress: Progress): void;

  /** By the server's id, or by the client's own id of this owner. `owner: null` reaches all (operators). */
  find(id: string, owner: string | null): Promise<Stored | null>;
  /** Facts of one job after a number, oldest first. */
  facts(jobId: string, after: number, limit: number): Promise<LoggedFact[]>;
  /** The feed: facts of all jobs within the scope, in commit order. */
  feed(query: FeedQuery): Promise<FeedPage>;
  /** Jobs, newest first. */
  list(query: StoreListQuery): Promise<StorePage>;
  /** Number of the last fact of each job and of the feed, and its horizon: one query for all that a node watches. */
  heads(jobIds: readonly string[]): Promise<Heads>;
  /** Waiting jobs in the order in which they would run. */
  waiting(limit: number): Promise<WaitingJob[]>;
  counts(): Promise<Record<JobState, number>>;

  /**
   * What operators ordered of backends, by the backend's name; `ALL_BACKENDS` stands for those that have no word of
   * their own. What nobody spoke of is open.
   */
  intakes(): Promise<Intakes>;
  /** Orders it of one backend, or with `ALL_BACKENDS` of all: every word about one of them is forgotten then. */
  setIntake(backend: string, intake: Intake): Promise<void>;

  /**
   * Remembers an uploaded input. Outputs are remembered by their fact, until they are removed or a newer attempt's
   * takes their slot.
   */
  putArtifact(owner: string, artifact: Artifact): Promise<void>;
  artifact(id: string, owner: string | null): Promise<Artifact | null>;
  /** Remembered files whose digest begins with these digits, by id, `limit` at most. */
  artifactsByDigest(start: string, owner: string | null, limit: number): Promise<Artifact[]>;
  /** Forgets an uploaded input. */
  dropArtifact(id: string): Promise<void>;
  /** Which of these artifact ids are remembered: what is not is an orphan. */
  knownArtifacts(ids: readonly string[]): Promise<string[]>;

  /**
   * Forgets whole ended jobs, the one that ended first before the others: facts, row, files' names, and in the same
   * transaction the feed's horizon rises past their facts. Their ids are free again, and with the last job of a request
   * its idempotency key. A job whose output starts one that has not ended yet stays. One call forgets `limit` jobs at
   * most; the bytes are the caller's to delete afterwards.
   */
  prune(request: PruneRequest): Promise<Pruned>;
  /**
   * Forgets uploaded inputs that were brought before a time and that no job names (any more), oldest first; answers their
   * ids, `limit` at most.
   */
  pruneUploads(createdBefore: string, limit: number): Promise<string[]>;

  close(): Promise<void>;
}

/** What operators ordered of backends. */
export type Intakes = ReadonlyMap<string, Intake>;

/** Stands for all backends, also those that come later; no backend is named so. */
export const ALL_BACKENDS = '*';

/** Whether a backend takes jobs, by what was ordered of it or of all. */
export function intakeOf(intakes: Intakes, backend: string): Intake {
  return intakes.get(backend) ?? intakes.get(ALL_BACKENDS) ?? 'open';
}

/** A job to be made. */
export interface NewJob {
  id: string;
  body: Extract<FactBody, { type: 'queued' }>;
}

/** Jobs made together, with everything that decides whether they are made. */
export interface Creation {
  jobs: readonly NewJob[];
  owner: string;
  at: string;
  /** The `Idempotency-Key`: unique per owner. */
  idempotencyKey: string | null;
  /** Digest of the request as parsed: tells "the same again" from "another under the same name". */
  requestDigest: string;
  onExistingId: 'same' | 'takeOver' | 'refuse';
  /**
   * When the key lets go of the jobs it was used for, and passes to the new ones: once they have all ended and each was
   * removed, or is no success, or ended before this time, or carries this tag. Absent: never.
   */
  keyRelease?: { endedBefore: string; tag: string };
  /** Most jobs that may be waiting afterwards. */
  maxWaitingPerOwner: number;
  maxWaiting: number;
}

export type CreationResult =
  | { outcome: 'created'; jobs: Job[]; logged: LoggedFact[] }
  /** The same was asked before: these are its jobs as they stand now. */
  | { outcome: 'replayed'; jobs: Job[] }
  /** The id or key belongs to another request. */
  | { outcome: 'conflict'; by: 'id' | 'key' }
  | { outcome: 'full'; of: 'owner' | 'all' };

/** What must hold for an append to be taken; all that is given is checked in the transaction. */
export interface Condition {
  /** The job stands at exactly this fact: for decisions taken on what was read. */
  seq?: number;
  /** The fencing token: this attempt is the newest, and the job is running. */
  attempt?: number;
  states?: readonly JobState[];
  /** No cancel has been asked for. */
  notCanceling?: boolean;
}

export interface Append {
  jobId: string;
  bodies: readonly FactBody[];
  at: string;
  expect: Condition;
}

export type AppendResult =
  | { ok: true; job: Job; logged: LoggedFact[] }
  /** Nothing was changed; `job` is as it stands (null: there is none). */
  | { ok: false; job: Job | null };

/** What a claimant can run on one of its backends. */
export interface Offer {
  engine: string;
  backend: string;
  kinds: readonly JobKind[];
  /** Models it has; null: any. */
  models: readonly string[] | null;
  /** Whether it takes jobs that ask for `auto`. */
  auto: boolean;
  /**
   * Most jobs that may be leased on this backend at once, held slots among them, counted over all claimants of the store,
   * whichever node they are on. Absent: the claimant counts by itself.
   */
  slots?: number;
  /** The model that is loaded there; a job goes rather where its model is. Absent: unknown. */
  warm?: string;
}

export interface ClaimRequest {
  /** Name of the claimant, shown to nobody. */
  claimant: string;
  /** In process: the lease dies with the process and is void at the next start. */
  inProcess: boolean;
  offers: readonly Offer[];
  leaseMs: number;
  at: string;
  /** Ids of jobs that may be tried again whatever their `notBefore` says: the wall clock was set back. Default: none. */
  due?: readonly string[];
}

export interface Claim {
  job: Job;
  /** Which offer it was taken by. */
  offer: Offer;
  logged: LoggedFact[];
  /** The newest word that an earlier attempt left for a re-adoption, with that attempt's number. */
  handle: { attempt: number; value: unknown } | null;
}

/** One held lease: the job and the fencing token. */
export interface LeaseRef {
  jobId: string;
  attempt: number;
}

/** A slot that an attempt takes at its backend. */
export interface SlotHold extends LeaseRef {
  engine: string;
  backend: string;
}

/** A job with what is kept beside its facts. */
export interface Stored {
  job: Job;
  /** Cursor of its last fact in the feed. */
  cursor: number;
  /** The newest progress saved, of the present attempt. */
  progress: Progress | null;
}

/** Whose jobs: one owner's, or with null everybody's (operators). */
export interface FeedQuery {
  owner: string | null;
  filter: Filter;
  after: number;
  limit: number;
}

export interface FeedPage {
  facts: LoggedFact[];
  /** Cursor up to which everything in scope has been returned: beyond the last fact where the filter skipped some. */
  upTo: number;
  /** The newest cursor of all. */
  head: number;
  /** Facts at or before this cursor may have been pruned. */
  horizon: number;
}

export interface StoreListQuery {
  owner: string | null;
  filter: Filter;
  search: string | null;
  limit: number;
  /** Ids below this one (ids sort by time); null: from the newest. */
  before: string | null;
}

export interface StorePage {
  jobs: Job[];
  more: boolean;
  /** The feed's head at the moment of this read. */
  head: number;
}

export interface Heads {
  /** Jobs that are not there (any more) are left out. */
  jobs: Map<string, number>;
  feed: number;
  /** Facts at or before this cursor may have been pruned. */
  horizon: number;
}

/** Which ended jobs may be forgotten: those for which one of the reasons holds. */
export interface PruneRequest {
  /** They ended before this time; null: age is no reason. */
  endedBefore: string | null;
  /** The files of ended jobs weigh more than this together, in bytes: the oldest go until they do not; null: no bound. */
  maxBytes: number | null;
  /** False: favourites stay, and their files are not weighed. */
  favorites: boolean;
  limit: number;
}

export interface Pruned {
  jobIds: string[];
  /** All files that the jobs ever made. */
  artifactIds: string[];
  /** The feed's horizon as it is now. */
  horizon: number;
}

/** A waiting job as the line sees it. */
export interface WaitingJob {
  id: string;
  kind: JobKind;
  engine: string;
  model: string | null;
  attempt: number;
  seq: number;
  notBefore: string | null;
}
