import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { Panel } from '../parts/panel.js';
import { useToast } from '../parts/toast.js';
import { changeSettings, useSettings } from '../shell/settings.js';
import { useMe } from '../shell/who-am-i.js';

const ROLE_WORDS = { user: 'makes jobs', operator: 'sees all jobs and pauses', worker: 'takes jobs' } as const;

/** The key, who it makes you, and what you may do with it. */
export function KeyPanel() {
  const { apiKey } = useSettings();
  const me = useMe();
  const toast = useToast();
  const [key, setKey] = useState('');

  function keep(event: FormEvent): void {
    event.preventDefault();
    changeSettings({ apiKey: key.trim() });
    setKey('');
    toast({ tone: 'good', words: 'The key is kept in this browser.' });
  }

  return (
    <Panel title="Key">
      <form className="stack" onSubmit={keep}>
        <p role="status">
          {me === null ? (
            <span className="quiet">Asking the server who you are…</span>
          ) : (
            <>
              You are <strong>{me.owner}</strong>
              <span className="quiet"> ({me.roles.map((role) => ROLE_WORDS[role]).join(', ')})</span>
            </>
          )}
        </p>
        <TextField
          label={apiKey === null ? 'API key' : 'Another API key'}
          type="password"
          autoComplete="off"
          value={key}
          onValue={setKey}
          placeholder={apiKey === null ? 'none is set' : 'one is set'}
          hint="Kept in this browser only, sent to this server only."
        />
        <div className="button-row">
          <Button type="submit" icon="key" disabled={key.trim() === ''}>
            Use this key
          </Button>
          {apiKey === null ? null : (
            <Button tone="quiet" onClick={() => changeSettings({ apiKey: null })}>
              Forget the key
            </Button>
          )}
        </div>
      </form>
    </Panel>
  );
}
