import { type Dispatch, type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../parts/button.js';
import { clock } from './clock.js';
import { type DraftSection, fittingMs, type PlanChange, type PlanDraft, steppedMs, totalMs } from './plan-draft.js';
import { type PlanProblems, problemAt } from './plan-problems.js';

/** A pointer that moved less has only chosen a section, in pixels. */
const DRAG_FROM_PX = 6;

interface Drag {
  key: number;
  kind: 'move' | 'resize';
  startX: number;
  startMs: number;
  /** Milliseconds that a pixel stood for when the drag began. */
  msPerPx: number;
  begun: boolean;
}

/**
 * The sections as blocks, as wide as they are long. Drag a block to another place and its right edge to another length; by
 * keyboard the arrows choose, with Alt they move, with Shift they change the length.
 */
export function Timeline({
  draft,
  problems,
  change,
}: {
  draft: PlanDraft;
  problems: PlanProblems;
  change: Dispatch<PlanChange>;
}) {
  const keys = useId();
  const track = useRef<HTMLOListElement>(null);
  const dragging = useRef<AbortController | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const { sections, selected } = draft;
  useEffect(() => () => dragging.current?.abort(), []);

  function focus(key: number): void {
    // After the blocks have their new places.
    requestAnimationFrame(() => track.current?.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus());
  }

  function press(event: KeyboardEvent, section: DraftSection, index: number): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Delete') change({ do: 'remove', key: section.key });
    else if (step === undefined) return;
    else if (event.altKey) {
      change({ do: 'move', key: section.key, to: index + step });
      const place = Math.min(sections.length, Math.max(1, index + 1 + step));
      setSaid(`${section.name} is number ${place} of ${sections.length}`);
      focus(section.key);
    } else if (event.shiftKey) {
      const durationMs = steppedMs(section.durationMs, step);
      change({ do: 'change', key: section.key, part: { durationMs } });
      setSaid(`${section.name} is ${durationMs / 1000} seconds long`);
    } else {
      const neighbour = sections[index + step];
      if (neighbour === undefined) return;
      change({ do: 'select', key: neighbour.key });
      focus(neighbour.key);
    }
    event.preventDefault();
  }

  function grab(event: PointerEvent<HTMLElement>, section: DraftSection, kind: Drag['kind']): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    change({ do: 'select', key: section.key });
    const msPerPx = Math.max(totalMs(draft), 1) / (track.current?.clientWidth ?? 1);
    const drag = { key: section.key, kind, startX: event.clientX, startMs: section.durationMs, msPerPx, begun: false };
    dragging.current?.abort();
    dragging.current = new AbortController();
    const { signal } = dragging.current;
    // On the window, not on the block: a block that moves to another place in the page lets go of the pointer.
    window.addEventListener('pointermove', (moved) => follow(drag, moved.clientX), { signal });
    for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, drop, { signal });
  }

  function follow(drag: Drag, clientX: number): void {
    const movedPx = clientX - drag.startX;
    if (!drag.begun && Math.abs(movedPx) < DRAG_FROM_PX) return;
    drag.begun = true;
    setDragged(drag.key);
    if (drag.kind === 'resize') {
      const durationMs = fittingMs(drag.startMs + movedPx * drag.msPerPx);
      change({ do: 'change', key: drag.key, part: { durationMs } });
      return;
    }
    const to = placeAt(track.current, drag.key, clientX);
    if (keysOf(track.current).indexOf(String(drag.key)) !== to) change({ do: 'move', key: drag.key, to });
  }

  function drop(): void {
    dragging.current?.abort();
    setDragged(null);
  }

  return (
    <div className="timeline">
      <ol className="timeline-track" ref={track} aria-label="Sections">
        {sections.map((section, index) => (
          <li
            key={section.key}
            className="timeline-block"
            style={{ flexGrow: section.durationMs }}
            data-tint={index % 4}
            data-dragged={dragged === section.key || undefined}
            data-wrong={problemAt(problems, `sections.${index}`) === null ? undefined : ''}
          >
            <button
              type="button"
              data-key={section.key}
              className="timeline-button"
              aria-pressed={section.key === selected}
              aria-label={`${section.name}, ${section.durationMs / 1000} s, ${index + 1} of ${sections.length}`}
              aria-describedby={keys}
              tabIndex={section.key === selected ? 0 : -1}
              onClick={() => change({ do: 'select', key: section.key })}
              onKeyDown={(event) => press(event, section, index)}
              onPointerDown={(event) => grab(event, section, 'move')}
            >
              <span className="timeline-name">{section.name === '' ? '–' : section.name}</span>
              <span className="timeline-length figures-even">{clock(section.durationMs)}</span>
              {section.lyrics.trim() === '' ? null : <span className="timeline-words" aria-hidden="true" />}
            </button>
            <span
              className="timeline-edge"
              aria-hidden="true"
              onPointerDown={(event) => grab(event, section, 'resize')}
            />
          </li>
        ))}
      </ol>
      <div className="timeline-foot">
        <p id={keys} className="quiet small timeline-keys">
          Drag a block, or press <kbd>Alt</kbd> with an arrow to move it and <kbd>Shift</kbd> with an arrow to change
          its length.
        </p>
        <Button size="small" icon="plus" onClick={() => change({ do: 'add' })}>
          Add a section
        </Button>
      </div>
      <p className="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

/** The keys of the blocks, in the order in which they stand. */
function keysOf(track: HTMLElement | null): string[] {
  return [...(track?.querySelectorAll<HTMLElement>('[data-key]') ?? [])].map((block) => block.dataset.key ?? '');
}

/** The place under the pointer: before the first block whose middle lies to its right. */
function placeAt(track: HTMLElement | null, key: number, clientX: number): number {
  const own = keysOf(track).indexOf(String(key));
  const others = [...(track?.children ?? [])].filter((_block, index) => index !== own);
  const place = others.findIndex((block) => {
    const { left, width } = block.getBoundingClientRect();
    return clientX < left + width / 2;
  });
  return place < 0 ? others.length : place;
}
