import type { EngineInfo } from '@rendercast/client';
import { type FeedItem, useClient } from '@rendercast/client/react';
import { useState } from 'react';
import { Button } from '../parts/button.js';
import { Panel, Problem } from '../parts/panel.js';
import { useToast } from '../parts/toast.js';
import { titleOf } from '../shell/title.js';
import type { Engines } from '../shell/use-engines.js';
import { wordsOf } from '../shell/words.js';

type Order = 'pause' | 'resume' | 'drain';

const HEALTH = { up: 'Up', down: 'Down', unknown: 'Not heard of yet' } as const;
const INTAKE = { open: null, paused: 'paused', draining: 'draining' } as const;

/** Each backend: how it is, what runs there, and for operators whether it takes jobs. */
export function Backends({
  engines: { engines, error, refresh },
  running,
  isOperator,
}: {
  engines: Engines;
  running: readonly FeedItem[];
  isOperator: boolean;
}) {
  const client = useClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  async function give(order: Order, backend: string | null): Promise<void> {
    setBusy(true);
    const name = backend === null ? '' : `${encodeURIComponent(backend)}/`;
    try {
      await client.call('POST', `v1/backends/${name}${order}`);
    } catch (thrown) {
      toast({ tone: 'bad', words: wordsOf(thrown) });
    } finally {
      setBusy(false);
      refresh();
    }
  }

  const open = engines?.some(({ intake }) => intake === 'open') ?? true;
  return (
    <Panel
      title="Backends"
      className="queue-backends"
      actions={
        isOperator && engines !== null && engines.length > 0 ? (
          <Button
            size="small"
            icon={open ? 'pause' : 'play'}
            disabled={busy}
            onClick={() => void give(open ? 'pause' : 'resume', null)}
          >
            {open ? 'Pause all' : 'Resume all'}
          </Button>
        ) : null
      }
    >
      {error !== null && engines === null ? <Problem>{wordsOf(error)}</Problem> : null}
      {engines?.length === 0 ? (
        <p className="quiet">No engine is connected. Jobs are kept, and run once one is.</p>
      ) : null}
      <ul className="backends">
        {(engines ?? []).map((backend) => (
          <Backend
            key={`${backend.name}/${backend.backend}`}
            info={backend}
            running={running.filter(({ job }) => job.ranOn?.backend === backend.backend)}
            onOrder={isOperator ? (order) => void give(order, backend.backend) : null}
            busy={busy}
          />
        ))}
      </ul>
    </Panel>
  );
}

function Backend({
  info,
  running,
  onOrder,
  busy,
}: {
  info: EngineInfo;
  running: readonly FeedItem[];
  onOrder: ((order: Order) => void) | null;
  busy: boolean;
}) {
  const { backend, name, kinds, health, message, slots, intake } = info;
  const intakeWords = INTAKE[intake];
  return (
    <li className="backend" data-health={health} data-intake={intake}>
      <div className="backend-head">
        <span className="backend-dot" aria-hidden="true" />
        <div>
          <h3>{backend}</h3>
          <p className="quiet small">
            {name} · {kinds.length === 0 ? 'nothing yet' : kinds.join(' and ')}
          </p>
        </div>
      </div>
      <p className="small">
        <strong>
          {HEALTH[health]}
          {intakeWords === null ? '' : `, ${intakeWords}`}
        </strong>
        {message === null ? null : <span className="quiet"> · {message}</span>}
      </p>
      <Slots busy={info.busy} slots={slots} />
      {running.length === 0 ? null : (
        <p className="quiet small backend-now" title={running.map(({ job }) => titleOf(job)).join(', ')}>
          {running.map(({ job }) => titleOf(job)).join(', ')}
        </p>
      )}
      {onOrder === null ? null : (
        <div className="button-row">
          {intake === 'open' ? (
            <>
              <Button size="small" icon="pause" disabled={busy} onClick={() => onOrder('pause')}>
                Pause<span className="unseen"> {backend}</span>
              </Button>
              <Button
                size="small"
                tone="quiet"
                disabled={busy}
                title="No more jobs start there; those that can run elsewhere move"
                onClick={() => onOrder('drain')}
              >
                Drain<span className="unseen"> {backend}</span>
              </Button>
            </>
          ) : (
            <Button size="small" icon="play" disabled={busy} onClick={() => onOrder('resume')}>
              Resume<span className="unseen"> {backend}</span>
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

/** Places for jobs, each taken or free. */
function Slots({ busy, slots }: { busy: number; slots: number }) {
  const MOST_DRAWN = 16;
  return (
    <p className="slots small quiet">
      <span className="slots-row" aria-hidden="true">
        {Array.from({ length: Math.min(slots, MOST_DRAWN) }, (_, index) => (
          <span key={index} data-busy={index < busy || undefined} />
        ))}
      </span>
      <span className="figures-even">
        {busy} of {slots} busy
      </span>
    </p>
  );
}
