import { type InputHTMLAttributes, useId } from 'react';

/** A labelled number. */
export function NumberField({
  label,
  unit,
  value,
  onValue,
  ...rest
}: { label: string; unit?: string; value: string; onValue: (value: string) => void } & Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'value' | 'onChange'
>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {unit === undefined ? null : <span className="unit"> {unit}</span>}
      </label>
      <input id={id} type="number" value={value} onChange={(event) => onValue(event.target.value)} {...rest} />
    </div>
  );
}

/** A labelled text of several lines; Ctrl+Enter submits its form. */
export function TextField({
  label,
  value,
  onValue,
  rows,
  placeholder,
  required = false,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  rows: number;
  placeholder?: string;
  required?: boolean;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        value={value}
        placeholder={placeholder}
        required={required}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}

/** A number that was typed, or nothing where the field is empty. */
export function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}
