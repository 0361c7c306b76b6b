import { Registry } from 'prom-client';
import { createAtScrape } from './at-scrape.js';
import { type CommitFigures, createCommitMetrics } from './commit-metrics.js';
import { declareHouseMetrics, type Readings } from './house-metrics.js';
import { createJobMetrics, type JobMetrics } from './job-metrics.js';
import { declareProcessMetrics } from './process-metrics.js';

/** The figures of one server, for Prometheus and for `/v1/stats`. Two servers in one process share nothing. */
export interface Metrics {
  jobs: JobMetrics;
  /** Takes a group of writes that reached the disk. */
  committed(commit: CommitFigures): void;
  /** Names the parts whose counters are read; once, when they are open. */
  watch(readings: Readings): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const at = createAtScrape(registry);
  declareProcessMetrics(at);
  return {
    jobs: createJobMetrics(registry),
    committed: createCommitMetrics(registry),
    watch: (readings) => declareHouseMetrics(at, readings),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
