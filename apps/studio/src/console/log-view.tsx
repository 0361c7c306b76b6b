import { useClient } from '@rendercast/client/react';
import { type FormEvent, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Button } from '../parts/button.js';
import { SelectField, TextField } from '../parts/field.js';
import { EmptyState, Panel } from '../parts/panel.js';
import { readApiKey } from '../shell/api-key.js';
import { CopyButton } from './copy-button.js';
import { addressOf, PRESETS, type Preset } from './dialect-presets.js';
import { LogRows } from './log-rows.js';
import { pretty } from './pretty.js';
import { createWireLog, type Entry } from './wire-log.js';

const FIRST = PRESETS[0] as Preset;

/** The messages on a socket of any dialect, as they come and go. */
export function LogView() {
  const client = useClient();
  const [log] = useState(createWireLog);
  const { status, entries, received } = useSyncExternalStore(log.subscribe, log.get);
  const [preset, setPreset] = useState(FIRST);
  const [path, setPath] = useState(FIRST.path);
  const [message, setMessage] = useState(FIRST.example);
  const [filter, setFilter] = useState('');
  const [held, setHeld] = useState<readonly Entry[] | null>(null);
  const [chosen, setChosen] = useState<Entry | null>(null);
  useEffect(() => log.close, [log]);
  const shown = useMemo(() => matching(held ?? entries, filter), [held, entries, filter]);

  function choose(id: string): void {
    const next = PRESETS.find((each) => each.id === id) ?? FIRST;
    log.close();
    setPreset(next);
    setPath(next.path);
    setMessage(next.example);
  }

  function connect(event: FormEvent): void {
    event.preventDefault();
    if (status !== 'closed') return log.close();
    const key = readApiKey();
    const url = addressOf(preset, path, client.address(''), key);
    log.open({ url, subprotocol: preset.subprotocol, first: preset.first(key) });
  }

  return (
    <div className="console-log">
      <Panel title="Socket">
        <form className="console-socket" onSubmit={connect}>
          <SelectField
            label="Dialect"
            value={preset.id}
            onValue={choose}
            options={PRESETS.map(({ id, title }) => ({ value: id, title }))}
          />
          <TextField label="Address" value={path} onValue={setPath} disabled={status !== 'closed'} spellCheck={false} />
          <Button
            type="submit"
            tone={status === 'closed' ? 'primary' : 'plain'}
            icon={status === 'closed' ? 'play' : 'stop'}
          >
            {status === 'closed' ? 'Connect' : 'Disconnect'}
          </Button>
        </form>
        <form
          className="console-socket console-send"
          onSubmit={(event) => {
            event.preventDefault();
            log.send(message);
          }}
        >
          <TextField
            label="Message to send"
            value={message}
            onValue={setMessage}
            spellCheck={false}
            className="input code"
          />
          <Button type="submit" icon="upload" disabled={status !== 'open'}>
            Send
          </Button>
        </form>
      </Panel>
      <Panel
        title="Messages"
        actions={
          <div className="button-row">
            <span className="quiet small figures-even" data-testid="received">
              {status === 'open' ? `Open, ${received} received` : status === 'opening' ? 'Opening…' : 'Closed'}
            </span>
            <Button
              size="small"
              icon={held === null ? 'pause' : 'play'}
              aria-pressed={held !== null}
              onClick={() => setHeld(held === null ? entries : null)}
            >
              {held === null ? 'Hold' : 'Go on'}
            </Button>
            <Button size="small" icon="trash" onClick={log.clear}>
              Clear
            </Button>
          </div>
        }
      >
        <TextField
          label="Filter"
          type="search"
          value={filter}
          onValue={setFilter}
          placeholder="words that all must occur: level progress j_01"
        />
        <div className="console-messages">
          {shown.length === 0 ? (
            <EmptyState icon="console" title={entries.length === 0 ? 'No messages yet' : 'Nothing fits the filter'}>
              {entries.length === 0 ? 'Connect, and everything that the server says stands here.' : 'Take a word away.'}
            </EmptyState>
          ) : (
            <LogRows entries={shown} chosen={chosen?.id ?? null} onChoose={setChosen} />
          )}
          {chosen === null ? null : <Details entry={chosen} />}
        </div>
      </Panel>
    </div>
  );
}

function Details({ entry }: { entry: Entry }) {
  const text = pretty(entry.text);
  return (
    <section className="console-details" aria-label="The message in full">
      <div className="panel-head">
        <h3>
          {entry.kind} <span className="quiet small">{entry.sizeBytes} bytes</span>
        </h3>
        <CopyButton text={text} what="the message" />
      </div>
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}

function matching(entries: readonly Entry[], filter: string): readonly Entry[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return entries;
  return entries.filter(({ kind, text, way }) => {
    const all = `${way} ${kind} ${text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
