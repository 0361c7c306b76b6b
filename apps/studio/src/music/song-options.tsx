import type { EngineInfo } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { LIMITS } from '@rendercast/protocol/limits';
import { useEffect, useState } from 'react';
import { NumberField, SelectField } from '../parts/field.js';

/** What is wished beside the plan. */
export interface SongWishes {
  engine: string;
  format: (typeof FORMATS)[number];
  /** As typed; empty: drawn by the server. */
  seed: string;
}

/** What a song can be written as. */
export const FORMATS = ['mp3', 'wav', 'flac', 'ogg'] as const;

/** The engines that make music here; empty while they are not known. */
export function useMusicEngines(): readonly EngineInfo[] {
  const client = useClient();
  const [engines, setEngines] = useState<readonly EngineInfo[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    client
      .engines({ signal: leaving.signal })
      .then((all) => setEngines(all.filter(({ kinds }) => kinds.includes('music'))))
      .catch(() => undefined); // `auto` and every format stay to choose from
    return () => leaving.abort();
  }, [client]);
  return engines;
}

/** Engine, format and seed, from what is really there. */
export function SongOptions({
  engines,
  wishes,
  onWishes,
}: {
  engines: readonly EngineInfo[];
  wishes: SongWishes;
  onWishes: (wishes: SongWishes) => void;
}) {
  const names = [...new Set(engines.map(({ name }) => name))];
  const meant = engines.filter(({ name, auto }) => (wishes.engine === 'auto' ? auto : name === wishes.engine));
  const known = FORMATS.filter((format) => meant.some(({ features }) => features.includes(format)));
  return (
    <>
      <SelectField
        label="Engine"
        value={wishes.engine}
        onValue={(engine) => onWishes({ ...wishes, engine })}
        options={[
          { value: 'auto', title: 'The first that is free' },
          ...names.map((name) => ({
            value: name,
            title: name,
            disabled: engines.every((each) => each.name !== name || each.health === 'down'),
          })),
        ]}
      />
      <div className="field-pair">
        <SelectField
          label="Format"
          value={wishes.format}
          onValue={(format) => onWishes({ ...wishes, format })}
          options={(known.length === 0 ? FORMATS : known).map((format) => ({
            value: format,
            title: format.toUpperCase(),
          }))}
        />
        <NumberField
          label="Seed"
          value={wishes.seed}
          onValue={(seed) => onWishes({ ...wishes, seed: seed.replace(/\D/g, '') })}
          min={0}
          max={LIMITS.maxSeed}
          placeholder="by chance"
          problem={Number(wishes.seed) > LIMITS.maxSeed ? `At most ${LIMITS.maxSeed}.` : null}
        />
      </div>
    </>
  );
}
