import { useMemo } from 'react';
import { Chart } from './chart.js';
import { count, span } from './figure-words.js';
import type { Sample } from './stats-record.js';
import { levelsOf, ratesOf, timesOf } from './stats-series.js';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** The figures over time. */
export function OverviewCharts({ samples }: { samples: readonly Sample[] }) {
  const lines = useMemo(() => linesOf(samples), [samples]);
  const times = useMemo(() => timesOf(samples), [samples]);
  return (
    <div className="overview-charts">
      <Chart title="Jobs per minute" times={times} lines={lines.jobs} show={count} />
      <Chart title="In the queue" times={times} lines={lines.queue} show={count} />
      <Chart title="Wait for a start" times={times} lines={lines.waits} show={span} />
      <Chart title="Run time" times={times} lines={lines.runs} show={span} />
      <Chart title="Connections" times={times} lines={lines.connections} show={count} />
      <Chart title="Deliveries per second" times={times} lines={lines.deliveries} show={count} />
    </div>
  );
}

function linesOf(samples: readonly Sample[]) {
  return {
    jobs: [
      { name: 'Succeeded', colour: '--good', values: ratesOf(samples, ({ ended }) => ended.succeeded, MINUTE_MS) },
      { name: 'Failed', colour: '--bad', values: ratesOf(samples, ({ ended }) => ended.failed, MINUTE_MS) },
      { name: 'Canceled', colour: '--wait', values: ratesOf(samples, ({ ended }) => ended.canceled, MINUTE_MS) },
    ],
    queue: [
      { name: 'Waiting', colour: '--wait', values: levelsOf(samples, ({ queue }) => queue.waiting) },
      { name: 'Running', colour: '--accent', values: levelsOf(samples, ({ jobs }) => jobs.running) },
    ],
    waits: [
      { name: 'Half within', colour: '--wait', values: levelsOf(samples, ({ waits }) => waits.p50Ms) },
      { name: '95 % within', colour: '--wait', dashed: true, values: levelsOf(samples, ({ waits }) => waits.p95Ms) },
    ],
    runs: [
      { name: 'Half within', colour: '--accent', values: levelsOf(samples, ({ runs }) => runs.p50Ms) },
      { name: '95 % within', colour: '--accent', dashed: true, values: levelsOf(samples, ({ runs }) => runs.p95Ms) },
    ],
    connections: [
      { name: 'Sockets', colour: '--accent', values: levelsOf(samples, ({ connections }) => connections.sockets) },
      { name: 'Streams', colour: '--wait', values: levelsOf(samples, ({ connections }) => connections.streams) },
      { name: 'Polls', colour: '--good', values: levelsOf(samples, ({ connections }) => connections.polls) },
    ],
    deliveries: [
      { name: 'Facts', colour: '--accent', values: ratesOf(samples, ({ deliveries }) => deliveries.facts, SECOND_MS) },
      { name: 'Levels', colour: '--wait', values: ratesOf(samples, ({ deliveries }) => deliveries.levels, SECOND_MS) },
      {
        name: 'Merged',
        colour: '--good',
        dashed: true,
        values: ratesOf(samples, ({ deliveries }) => deliveries.merged, SECOND_MS),
      },
    ],
  };
}
