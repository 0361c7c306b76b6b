import type { EngineInfo } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useEffect, useState } from 'react';
import { Panel } from '../parts/panel.js';

const EVERY_MS = 4_000;
const HEALTH = { up: 'Up', down: 'Down', unknown: 'Unknown' } as const;
const INTAKE = { open: 'Takes jobs', paused: 'Paused', draining: 'Draining' } as const;

/** All backends: what they make, how they are and how busy. */
export function Engines() {
  const engines = useEngines();
  return (
    <Panel title="Engines">
      <div className="overview-scroll" role="region" aria-label="Table of the engines" tabIndex={0}>
        <table className="overview-table">
          <thead>
            <tr>
              <th scope="col">Backend</th>
              <th scope="col">Makes</th>
              <th scope="col">Health</th>
              <th scope="col">Intake</th>
              <th scope="col" className="overview-number">
                Busy
              </th>
            </tr>
          </thead>
          <tbody>
            {engines.map((engine) => (
              <tr key={`${engine.name} ${engine.backend}`}>
                <th scope="row">
                  {engine.name}
                  {engine.backend === engine.name ? null : <span className="quiet"> {engine.backend}</span>}
                </th>
                <td>{engine.kinds.join(', ')}</td>
                <td title={engine.message ?? undefined}>
                  <span className="overview-health" data-health={engine.health} aria-hidden="true" />
                  {HEALTH[engine.health]}
                </td>
                <td>{INTAKE[engine.intake]}</td>
                <td className="overview-number figures-even">
                  {engine.busy} of {engine.slots}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function useEngines(): readonly EngineInfo[] {
  const client = useClient();
  const [engines, setEngines] = useState<readonly EngineInfo[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    const ask = (): void => {
      if (document.visibilityState !== 'visible') return;
      client
        .engines({ signal: leaving.signal })
        .then(setEngines)
        .catch(() => undefined); // what was known stays; the figures above say what is wrong
    };
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => {
      leaving.abort();
      window.clearInterval(timer);
    };
  }, [client]);
  return engines;
}
