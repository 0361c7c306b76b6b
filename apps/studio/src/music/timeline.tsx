import { type Dispatch, type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
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
  const drag = useRef<Drag | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const { sections, selected } = draft;

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
    const widthPx = track.current?.clientWidth ?? 1;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
    change({ do: 'select', key: section.key });
    const msPerPx = Math.max(totalMs(draft), 1) / widthPx;
    drag.current = {
      key: section.key,
      kind,
      startX: event.clientX,
      startMs: section.durationMs,
      msPerPx,
      begun: false,
    };
  }

  function follow(event: PointerEvent<HTMLElement>): void {
    const now = drag.current;
    if (now === null) return;
    const movedPx = event.clientX - now.startX;
    if (!now.begun && Math.abs(movedPx) < DRAG_FROM_PX) return;
    now.begun = true;
    setDragged(now.key);
    if (now.kind === 'resize') {
      const durationMs = fittingMs(now.startMs + movedPx * now.msPerPx);
      change({ do: 'change', key: now.key, part: { durationMs } });
      return;
    }
    const to = placeAt(track.current, now.key, event.clientX);
    if (sections.findIndex(({ key }) => key === now.key) !== to) change({ do: 'move', key: now.key, to });
  }

  function drop(): void {
    drag.current = null;
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
              onPointerMove={follow}
              onPointerUp={drop}
              onPointerCancel={drop}
            >
              <span className="timeline-name">{section.name === '' ? '–' : section.name}</span>
              <span className="timeline-length figures-even">{clock(section.durationMs)}</span>
              {section.lyrics.trim() === '' ? null : <span className="timeline-words" aria-hidden="true" />}
            </button>
            <span
              className="timeline-edge"
              aria-hidden="true"
              onPointerDown={(event) => grab(event, section, 'resize')}
              onPointerMove={follow}
              onPointerUp={drop}
              onPointerCancel={drop}
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

/** The place under the pointer: before the first block whose middle lies to its right. */
function placeAt(track: HTMLElement | null, key: number, clientX: number): number {
  const others = [...(track?.children ?? [])].filter(
    (block) => block.querySelector('[data-key]')?.getAttribute('data-key') !== String(key),
  );
  const place = others.findIndex((block) => {
    const { left, width } = block.getBoundingClientRect();
    return clientX < left + width / 2;
  });
  return place < 0 ? others.length : place;
}
