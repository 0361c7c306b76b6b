import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef } from 'react';
import type { Entry } from './wire-log.js';

const SIGNS = { in: '↓', out: '↑', note: '·' } as const;
const WORDS = { in: 'received', out: 'sent', note: 'note' } as const;
/** Who is this close to the end, in pixels, stays there when more comes. */
const NEAR_END_PX = 40;

/** The log as rows. It stays at the end while one is there, and where one is when one has scrolled back. */
export function LogRows({
  entries,
  chosen,
  onChoose,
}: {
  entries: readonly Entry[];
  chosen: number | null;
  onChoose: (entry: Entry) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    const look = (): void => {
      if (element !== null)
        atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    };
    element?.addEventListener('scroll', look, { passive: true });
    return () => element?.removeEventListener('scroll', look);
  }, []);
  useLayoutEffect(() => {
    if (atEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [entries]);

  function press(event: KeyboardEvent<HTMLOListElement>): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    buttons[buttons.findIndex((each) => each === document.activeElement) + step]?.focus();
  }

  return (
    <ol className="log" ref={list} aria-label="Messages" onKeyDown={press}>
      {entries.map((entry) => (
        <Row key={entry.id} entry={entry} chosen={entry.id === chosen} onChoose={onChoose} />
      ))}
    </ol>
  );
}

const Row = memo(function Row({
  entry,
  chosen,
  onChoose,
}: {
  entry: Entry;
  chosen: boolean;
  onChoose: (entry: Entry) => void;
}) {
  return (
    <li className="log-item">
      <button
        type="button"
        className="log-row"
        data-way={entry.way}
        aria-pressed={chosen}
        onClick={() => onChoose(entry)}
      >
        <span className="log-sign" aria-hidden="true">
          {SIGNS[entry.way]}
        </span>
        <span className="unseen">{WORDS[entry.way]}</span>
        <span className="log-time">{timeOfDay(entry.atMs)}</span>
        <span className="log-kind">{entry.kind}</span>
        <span className="log-text">{entry.text.slice(0, 400)}</span>
      </button>
    </li>
  );
});

function timeOfDay(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
