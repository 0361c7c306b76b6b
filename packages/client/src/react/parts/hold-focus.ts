import type { KeyboardEvent } from 'react';

/** Keeps Tab within a window: from its last control to its first and back. A native dialog alone lets it out to the browser. */
export function holdFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab') return;
  const inside = [
    ...event.currentTarget.querySelectorAll<HTMLElement>(
      'a[href], :is(button, input, select, textarea):not(:disabled)',
    ),
  ];
  const [first, last] = [inside[0], inside.at(-1)];
  const leaves = event.shiftKey ? document.activeElement === first : document.activeElement === last;
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
