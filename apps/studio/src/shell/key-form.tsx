import { type FormEvent, useId, useState } from 'react';
import { keepApiKey, readApiKey } from './api-key.js';

/** Asks for the key that this server wants. It stays in this browser. */
export function KeyForm() {
  const [key, setKey] = useState('');
  const id = useId();
  const wrong = readApiKey() !== undefined;

  function keep(event: FormEvent): void {
    event.preventDefault();
    keepApiKey(key.trim());
  }

  return (
    <form className="form" onSubmit={keep}>
      <p className={wrong ? 'problem' : 'quiet'} role={wrong ? 'alert' : undefined}>
        {wrong ? 'This server does not know the key that was given.' : 'This server wants a key.'}
      </p>
      <div className="field">
        <label htmlFor={id}>API key</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </div>
      <button className="primary" type="submit" disabled={key.trim() === ''}>
        Use this key
      </button>
    </form>
  );
}
