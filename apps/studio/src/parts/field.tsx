import { type InputHTMLAttributes, type KeyboardEvent, type ReactNode, useId } from 'react';
import './field.css';

interface Around {
  label: string;
  unit?: string | undefined;
  /** Words under the field. */
  hint?: string | undefined;
  /** What is wrong with it; null or left out: nothing. */
  problem?: string | null | undefined;
}

interface Ids {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

/** Label, hint and problem around one control, all tied to it. */
export function Field({
  label,
  unit,
  hint,
  problem,
  aside,
  children,
}: Around & { aside?: ReactNode; children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>
          {label}
          {unit === undefined ? null : <span className="field-unit"> {unit}</span>}
        </label>
        {aside}
      </div>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
        'aria-invalid': problem == null ? undefined : true,
      })}
      {note === undefined ? null : (
        <p id={`${id}-note`} className={problem == null ? 'field-hint' : 'field-problem'}>
          {note}
        </p>
      )}
    </div>
  );
}

type Rest = Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'type'>;

/** A line of text. */
export function TextField({
  label,
  unit,
  hint,
  problem,
  value,
  onValue,
  type = 'text',
  ...rest
}: Around & Rest & { value: string; onValue: (value: string) => void; type?: 'text' | 'password' | 'search' }) {
  return (
    <Field label={label} unit={unit} hint={hint} problem={problem}>
      {(ids) => (
        <input
          className="input"
          type={type}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          {...rest}
          {...ids}
        />
      )}
    </Field>
  );
}

/** A number as it is typed; `numberOf` makes it one. */
export function NumberField({
  label,
  unit,
  hint,
  problem,
  aside,
  value,
  onValue,
  ...rest
}: Around & Rest & { value: string; onValue: (value: string) => void; aside?: ReactNode }) {
  return (
    <Field label={label} unit={unit} hint={hint} problem={problem} aside={aside}>
      {(ids) => (
        <input
          className="input"
          type="number"
          inputMode="decimal"
          value={value}
          onChange={(event) => onValue(event.target.value)}
          {...rest}
          {...ids}
        />
      )}
    </Field>
  );
}

/** Text of several lines that grows with what is in it; Ctrl+Enter submits its form. */
export function TextArea({
  label,
  hint,
  problem,
  value,
  onValue,
  rows,
  placeholder,
  required = false,
}: Around & {
  value: string;
  onValue: (value: string) => void;
  rows: number;
  placeholder?: string;
  required?: boolean;
}) {
  function submitByKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
  }
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <textarea
          className="input"
          rows={rows}
          style={{ minHeight: `${rows * 1.45 + 1}em` }}
          value={value}
          placeholder={placeholder}
          required={required}
          onChange={(event) => onValue(event.target.value)}
          onKeyDown={submitByKey}
          {...ids}
        />
      )}
    </Field>
  );
}

/** One of several, in a list that opens. */
export function SelectField<T extends string>({
  label,
  hint,
  problem,
  value,
  onValue,
  options,
  disabled = false,
}: Around & {
  value: T;
  onValue: (value: T) => void;
  options: readonly { value: T; title: string; disabled?: boolean }[];
  disabled?: boolean;
}) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(ids) => (
        <select
          className="input"
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onValue(chosen.value);
          }}
          {...ids}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** On or off. */
export function Switch({
  label,
  on,
  onChange,
  disabled = false,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="switch">
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  );
}

/** One of a few that all stand there. */
export function Choice<T extends string>({
  label,
  value,
  onValue,
  options,
}: {
  /** What is chosen, for those who do not see it. */
  label: string;
  value: T;
  onValue: (value: T) => void;
  options: readonly { value: T; title: string }[];
}) {
  const name = useId();
  return (
    <div className="choice" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onValue(option.value)} />
          {option.title}
        </label>
      ))}
    </div>
  );
}

/** A word that can be switched on and off. */
export function Chip({
  on,
  onChange,
  children,
}: {
  on: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={() => onChange(!on)}>
      {children}
    </button>
  );
}

/** A number that was typed, or nothing where the field is empty or holds none. */
export function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
