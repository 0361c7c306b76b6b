import type { EngineInfo, JobState } from '@rendercast/protocol';
import type { BusHealth } from '../events/bus/bus.js';
import type { AtScrape, Sample } from './at-scrape.js';
import type { BlobCounts } from './counted-blobs.js';
import type { BusCounts } from './counted-bus.js';
import type { LoopFigures } from './loop-delay.js';

/** How contact with a backend is. */
interface Contact {
  engine: string;
  backend: string;
  /** `open`: it gets no jobs; `trial`: one at a time. */
  breaker: 'closed' | 'open' | 'trial';
  losses: number;
  answeredInMs: number | null;
}

/** What the parts of the house count by themselves, read when somebody asks. */
export interface Readings {
  version: string;
  maxWaiting: number;
  ready(): boolean;
  jobs(): Promise<Record<JobState, number>>;
  backends(): readonly EngineInfo[];
  contacts(): readonly Contact[];
  connections(): { sockets: number; streams: number; polls: number };
  traffic(): { sentBytes: number; receivedBytes: number };
  events(): {
    dialects: ReadonlyMap<string, { facts: number; levels: number; merged: number }>;
    resets: Readonly<Record<string, number>>;
    behind: number;
  };
  bus: BusCounts;
  blobs: BlobCounts;
  /** Free bytes where the data lies; null: unknown. */
  freeBytes(): Promise<number | null>;
  loopDelay(): LoopFigures;
}

/** Declares the house's own figures. Every one of them is explained in `docs/operate.md`. */
export function declareHouseMetrics(at: AtScrape, readings: Readings): void {
  declareQueue(at, readings);
  declareBackends(at, readings);
  declareDelivery(at, readings);
  declareStorage(at, readings);
  at.gauge('rendercast_info', 'Version of Rendercast, as a label.', ['version'], () => [
    [{ version: readings.version }, 1],
  ]);
  at.gauge('rendercast_ready', 'Whether new jobs are taken: 1 or 0.', [], () => (readings.ready() ? 1 : 0));
  at.gauge(
    'rendercast_loop_delay_seconds',
    'How late the event loop was in the last minute or two; quantile 1 is the worst.',
    ['quantile'],
    () => {
      const { p50Ms, p99Ms, maxMs } = readings.loopDelay();
      return [
        [{ quantile: '0.5' }, p50Ms / 1000],
        [{ quantile: '0.99' }, p99Ms / 1000],
        [{ quantile: '1' }, maxMs / 1000],
      ];
    },
  );
}

function declareQueue(at: AtScrape, readings: Readings): void {
  at.gauge('rendercast_jobs', 'Jobs in the store, by state; queued is the length of the queue.', ['state'], async () =>
    by('state', await readings.jobs()),
  );
  at.gauge(
    'rendercast_queue_limit',
    'Most jobs that may wait; beyond it they are refused.',
    [],
    () => readings.maxWaiting,
  );
}

function declareBackends(at: AtScrape, readings: Readings): void {
  const ofBackends = (value: (backend: EngineInfo) => number) => (): Sample[] =>
    readings.backends().map((backend) => [{ engine: backend.name, backend: backend.backend }, value(backend)]);
  const labels = ['engine', 'backend'];
  at.gauge(
    'rendercast_backend_up',
    'Whether a backend answers: 1 or 0.',
    labels,
    ofBackends(({ health }) => (health === 'up' ? 1 : 0)),
  );
  at.gauge(
    'rendercast_backend_slots',
    'Jobs that a backend runs at once.',
    labels,
    ofBackends(({ slots }) => slots),
  );
  at.gauge(
    'rendercast_backend_busy',
    'Slots that are taken.',
    labels,
    ofBackends(({ busy }) => busy),
  );
  at.gauge(
    'rendercast_backend_open',
    'Whether operators let a backend take jobs: 1, or 0 while it is paused or drained.',
    labels,
    ofBackends(({ intake }) => (intake === 'open' ? 1 : 0)),
  );
  at.gauge(
    'rendercast_backend_models',
    'Models to choose from on a backend.',
    labels,
    ofBackends(({ models }) => models.length),
  );
  const ofContacts = (value: (contact: Contact) => number | null) => (): Sample[] =>
    readings.contacts().flatMap((contact): Sample[] => {
      const found = value(contact);
      return found === null ? [] : [[{ engine: contact.engine, backend: contact.backend }, found]];
    });
  at.gauge(
    'rendercast_backend_left_alone',
    'Whether a backend gets no jobs because contact was lost again and again: 1, 0.5 on trial, or 0.',
    labels,
    ofContacts(({ breaker }) => ({ closed: 0, trial: 0.5, open: 1 })[breaker]),
  );
  at.counter(
    'rendercast_backend_losses_total',
    'Jobs during which contact with a backend was lost.',
    labels,
    ofContacts(({ losses }) => losses),
  );
  at.gauge(
    'rendercast_backend_answer_seconds',
    'How long the last answer took of a backend that was asked how it is.',
    labels,
    ofContacts(({ answeredInMs }) => (answeredInMs === null ? null : answeredInMs / 1_000)),
  );
}

function declareDelivery(at: AtScrape, readings: Readings): void {
  const ofDialects =
    (read: (counted: { facts: number; levels: number; merged: number }, dialect: string) => Sample[]) => () =>
      [...readings.events().dialects].flatMap(([dialect, counted]) => read(counted, dialect));
  at.counter(
    'rendercast_deliveries_total',
    'Events handed to readers, once for each reader, by dialect.',
    ['dialect', 'of'],
    ofDialects(({ facts, levels }, dialect) => [
      [{ dialect, of: 'fact' }, facts],
      [{ dialect, of: 'level' }, levels],
    ]),
  );
  at.counter(
    'rendercast_levels_merged_total',
    'Levels that readers were spared because a newer one was there already.',
    ['dialect'],
    ofDialects(({ merged }, dialect) => [[{ dialect }, merged]]),
  );
  at.counter('rendercast_resets_total', 'Readers that had to start over, by reason.', ['reason'], () =>
    by('reason', readings.events().resets),
  );
  at.gauge('rendercast_readers_behind', 'Readers that read from the log now.', [], () => readings.events().behind);
  at.gauge('rendercast_connections', 'What clients hold open.', ['kind'], () => {
    const { sockets, streams, polls } = readings.connections();
    return by('kind', { socket: sockets, stream: streams, poll: polls });
  });
  at.counter('rendercast_sent_bytes_total', 'Bytes sent to clients.', [], () => readings.traffic().sentBytes);
  at.counter(
    'rendercast_received_bytes_total',
    'Bytes received from clients.',
    [],
    () => readings.traffic().receivedBytes,
  );
  at.counter('rendercast_bus_hints_total', 'Facts told over the bus.', [], () => readings.bus.hints);
  at.counter('rendercast_bus_levels_total', 'Levels published by engines and the line.', ['kind'], () =>
    by('kind', readings.bus.levels),
  );
  at.counter(
    'rendercast_preview_bytes_total',
    'Bytes of previews published by engines.',
    [],
    () => readings.bus.previewBytes,
  );
  const bus = (): BusHealth => readings.bus.health();
  at.gauge('rendercast_bus_up', 'Whether other processes are heard at once: 1, or 0 while degraded.', [], () =>
    bus().degraded === null ? 1 : 0,
  );
  at.counter('rendercast_bus_losses_total', 'How often the way to other processes was lost.', [], () => bus().losses);
  at.counter('rendercast_bus_dropped_total', 'What the bus could not carry, or could not read.', ['of'], () => {
    const { hints, levels, garbage } = bus().dropped;
    return by('of', { hint: hints, level: levels, garbage });
  });
}

function declareStorage(at: AtScrape, readings: Readings): void {
  at.counter('rendercast_blobs_stored_total', 'Files stored, thumbnails too.', [], () => readings.blobs.stored);
  at.counter('rendercast_blob_stored_bytes_total', 'Bytes of files stored.', [], () => readings.blobs.storedBytes);
  at.counter('rendercast_blob_read_bytes_total', 'Bytes of files read.', [], () => readings.blobs.readBytes);
  at.gauge('rendercast_data_free_bytes', 'Free space where the data lies.', [], () => readings.freeBytes());
}

function by(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);
}
