import { type KeyboardEvent, type ReactNode, useId } from 'react';
import './tabs.css';

/** Several views of one place, of which one is seen. Arrow keys, Home and End go through them. */
export function Tabs<T extends string>({
  label,
  value,
  onValue,
  tabs,
  children,
}: {
  label: string;
  value: T;
  onValue: (value: T) => void;
  tabs: readonly { id: T; title: string }[];
  /** The view of the tab that is chosen. */
  children: ReactNode;
}) {
  const name = useId();

  function move(event: KeyboardEvent<HTMLDivElement>): void {
    const now = tabs.findIndex(({ id }) => id === value);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const chosen = next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length];
    if (chosen === undefined) return;
    event.preventDefault();
    onValue(chosen.id);
    document.getElementById(`${name}-${chosen.id}`)?.focus();
  }

  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="tab"
            id={`${name}-${id}`}
            aria-selected={id === value}
            aria-controls={`${name}-view`}
            tabIndex={id === value ? 0 : -1}
            onClick={() => onValue(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${name}-view`} aria-labelledby={`${name}-${value}`}>
        {children}
      </div>
    </>
  );
}
