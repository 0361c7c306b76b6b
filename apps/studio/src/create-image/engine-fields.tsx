import type { EngineInfo } from '@rendercast/client';
import { useMemo } from 'react';
import { SelectField } from '../parts/field.js';
import type { Understands } from './draft.js';

/** Which engine and model: only those that are really there. */
export function EngineFields({
  engines,
  engine,
  model,
  onEngine,
  onModel,
}: {
  engines: readonly EngineInfo[] | null;
  engine: string;
  model: string;
  onEngine: (engine: string) => void;
  onModel: (model: string) => void;
}) {
  const names = [...new Set(imageBackends(engines, null).map(({ name }) => name))];
  const able = imageBackends(engines, engine);
  const models = modelsOf(able);
  const gone = engines !== null && engine !== 'auto' && !names.includes(engine);
  return (
    <>
      <SelectField
        label="Engine"
        value={engine}
        onValue={onEngine}
        hint={hintOf(able, engines !== null)}
        problem={gone ? `“${engine}” is not connected now. The job waits until it is.` : null}
        options={[
          { value: 'auto', title: 'The first that can' },
          ...[...names, ...(gone ? [engine] : [])].map((name) => ({ value: name, title: name })),
        ]}
      />
      <SelectField
        label="Model"
        value={model}
        onValue={onModel}
        options={[
          { value: '', title: 'The engine’s own' },
          ...models.map(({ id, title }) => ({ value: id, title })),
          ...(model === '' || models.some(({ id }) => id === model)
            ? []
            : [{ value: model, title: `${model} (not here)` }]),
        ]}
      />
    </>
  );
}

/** What the engines understand that may take the job. */
export function useUnderstands(engines: readonly EngineInfo[] | null, engine: string): Understands {
  return useMemo(() => {
    const able = imageBackends(engines, engine);
    const features = new Set(able.flatMap((each) => each.features));
    return (feature) => able.length === 0 || features.has(feature);
  }, [engines, engine]);
}

/** The backends that make pictures: all of them, or those that a choice may fall on. */
function imageBackends(engines: readonly EngineInfo[] | null, engine: string | null): EngineInfo[] {
  return (engines ?? []).filter(
    ({ kinds, name, auto }) =>
      kinds.includes('image') && (engine === null || (engine === 'auto' ? auto : name === engine)),
  );
}

function modelsOf(backends: readonly EngineInfo[]): { id: string; title: string }[] {
  const models = new Map(backends.flatMap(({ models: each }) => each.map((model) => [model.id, model] as const)));
  return [...models.values()].sort((left, right) => left.title.localeCompare(right.title));
}

/** Which backends it may run on, and which of them are up. */
function hintOf(backends: readonly EngineInfo[], isKnown: boolean): string {
  if (!isKnown) return 'Asking the server…';
  if (backends.length === 0) return 'No engine for pictures is connected.';
  const up = backends.filter(({ health, intake }) => health !== 'down' && intake === 'open');
  const names = backends.map(({ backend }) => backend).join(', ');
  if (up.length === 0) return `${names}: none takes jobs now; yours will wait.`;
  return backends.length === 1 ? `Runs on ${names}.` : `Runs on ${names} (${up.length} of ${backends.length} ready).`;
}
