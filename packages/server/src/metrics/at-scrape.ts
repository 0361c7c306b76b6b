import { Counter, Gauge, type Registry } from 'prom-client';

/** A value under its labels. */
export type Sample = readonly [labels: Record<string, string>, value: number];
/** Reads values the moment somebody asks. */
export type Read = () => number | readonly Sample[] | Promise<number | readonly Sample[] | null> | null;

/** Declares metrics that cost nothing until they are asked for: they read what the parts count anyway. */
export interface AtScrape {
  /** Something that only grows. A read that fails leaves it as it was. */
  counter(name: string, help: string, labelNames: readonly string[], read: Read): void;
  /** Something that rises and falls; null, or a read that fails: left out this time. */
  gauge(name: string, help: string, labelNames: readonly string[], read: Read): void;
}

export function createAtScrape(registry: Registry): AtScrape {
  async function samples(read: Read): Promise<readonly Sample[] | null> {
    try {
      const found = await read();
      return typeof found === 'number' ? [[{}, found]] : found;
    } catch {
      return null; // a part that cannot answer must not take the others' figures along
    }
  }
  return {
    counter(name, help, labelNames, read) {
      void new Counter({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        async collect() {
          const found = await samples(read);
          if (found === null) return;
          this.reset();
          for (const [labels, value] of found) this.inc(labels, value);
        },
      });
    },
    gauge(name, help, labelNames, read) {
      void new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        async collect() {
          const found = await samples(read);
          this.reset();
          if (found === null && labelNames.length === 0) this.remove({});
          for (const [labels, value] of found ?? []) this.set(labels, value);
        },
      });
    },
  };
}
