import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/field.js';
import { changeSettings, useSettings } from './settings.js';

/** Asks for the key that this server wants. It stays in this browser. */
export function KeyForm() {
  const { apiKey } = useSettings();
  const [key, setKey] = useState('');

  function keep(event: FormEvent): void {
    event.preventDefault();
    changeSettings({ apiKey: key.trim() });
  }

  return (
    <form className="panel stack key-form" onSubmit={keep}>
      <h1>{apiKey === null ? 'This server wants a key' : 'The server does not know this key'}</h1>
      <p className="quiet">
        Whoever runs the server gives keys out. Yours is kept in this browser only, and sent to this server only.
      </p>
      <TextField
        label="API key"
        type="password"
        autoComplete="off"
        value={key}
        onValue={setKey}
        problem={apiKey === null ? null : 'Not known here. Was it replaced, or is it of another server?'}
      />
      <Button tone="primary" type="submit" disabled={key.trim() === ''}>
        Use this key
      </Button>
    </form>
  );
}
