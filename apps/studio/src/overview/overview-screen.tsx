import { type Client, RendercastError, type Stats } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useSyncExternalStore } from 'react';
import { EmptyState, Problem } from '../parts/panel.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import { wordsOf } from '../shell/words.js';
import { Engines } from './engines.js';
import { Failures } from './failures.js';
import { count, span } from './figure-words.js';
import { OverviewCharts } from './overview-charts.js';
import { createStatsRecord, type StatsRecord } from './stats-record.js';
import './overview.css';

/** One record for each client: going elsewhere and coming back keeps what was gathered. */
const records = new WeakMap<Client, StatsRecord>();

/** Overview: how the whole server does, from its own figures. */
export function OverviewScreen(_props: ScreenProps) {
  const client = useClient();
  const record = records.get(client) ?? createStatsRecord(client);
  records.set(client, record);
  const { samples, error } = useSyncExternalStore(record.subscribe, record.get);
  const stats = samples.at(-1)?.stats ?? null;
  const isForbidden = error instanceof RendercastError && error.code === 'forbidden';
  return (
    <div className="overview">
      <ScreenHead title="Overview">
        {stats === null ? null : (
          <p className="quiet">
            Rendercast {stats.version}, up for {span(stats.uptimeMs)}
          </p>
        )}
      </ScreenHead>
      {isForbidden ? (
        <EmptyState icon="key" title="For operators">
          These figures are about everybody’s jobs. Use a key with the role “operator” in the settings to see them.
        </EmptyState>
      ) : (
        <div className="stack">
          {error === null ? null : <Problem>{wordsOf(error)} The figures below stand still meanwhile.</Problem>}
          {stats === null ? null : (
            <>
              <Tiles stats={stats} />
              <OverviewCharts samples={samples} />
              <div className="overview-tables">
                <Failures failures={stats.failures} />
                <Engines />
              </div>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Tiles({ stats }: { stats: Stats }) {
  const { jobs, queue, waits, runs, connections, ended } = stats;
  const all = ended.succeeded + ended.failed + ended.canceled;
  const tiles: readonly (readonly [name: string, value: string, more: string])[] = [
    ['Waiting', count(jobs.queued), `limit ${count(queue.limit)}`],
    ['Running', count(jobs.running), `${count(queue.retries)} tries again`],
    ['Ended', count(all), `${count(ended.failed)} failed`],
    ['Wait, 95 %', waits.p95Ms === null ? '–' : span(waits.p95Ms), `of ${count(waits.count)} starts`],
    ['Run, 95 %', runs.p95Ms === null ? '–' : span(runs.p95Ms), `of ${count(runs.count)} runs`],
    [
      'Connections',
      count(connections.sockets + connections.streams + connections.polls),
      `${count(stats.readersBehind)} behind`,
    ],
    ['Server’s delay', span(stats.loopDelayP99Ms), `${span(stats.loopDelayMaxMs)} at worst`],
  ];
  return (
    <dl className="overview-tiles">
      {tiles.map(([name, value, more]) => (
        <div key={name} className="overview-tile">
          <dt>{name}</dt>
          <dd className="overview-value figures-even">{value}</dd>
          <dd className="quiet small">{more}</dd>
        </div>
      ))}
    </dl>
  );
}
