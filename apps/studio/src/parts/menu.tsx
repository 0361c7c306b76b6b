import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.js';
import './menu.css';

/** One thing that can be done. */
export interface MenuItem {
  title: string;
  icon?: IconName;
  tone?: 'danger';
  disabled?: boolean;
  /** What it does; one with an `href` goes there instead. */
  onChoose?: () => void;
  href?: string;
}

/** What a menu's button has to carry. */
export interface MenuTrigger {
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  onClick: () => void;
}

/** A list of actions under a button. Arrow keys go through it, Escape closes it and gives the focus back. */
export function Menu({
  label,
  items,
  up = false,
  trigger,
}: {
  label: string;
  items: readonly MenuItem[];
  /** Opens above its button. */
  up?: boolean;
  trigger: (props: MenuTrigger) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useCloseOutside(box, open, setOpen);
  useEffect(() => {
    if (open) entries(box.current)[0]?.focus();
  }, [open]);

  function close(): void {
    setOpen(false);
    box.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
  }

  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault();
      event.stopPropagation();
      return close();
    }
    const all = entries(box.current);
    const now = all.findIndex((each) => each === document.activeElement);
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  }

  return (
    <div className="menu" ref={box}>
      {trigger({ 'aria-haspopup': 'menu', 'aria-expanded': open, onClick: () => setOpen(!open) })}
      {open ? (
        <div className="menu-list" data-up={up || undefined} role="menu" aria-label={label} onKeyDown={move}>
          {items.map((item) => (
            <Entry key={item.title} item={item} onDone={close} />
          ))}
        </div>
      ) : null}
    </div>
  );
}

function Entry({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const inside = (
    <>
      {item.icon === undefined ? null : <Icon name={item.icon} size={18} />}
      {item.title}
    </>
  );
  if (item.href !== undefined)
    return (
      <a className="menu-item" role="menuitem" tabIndex={-1} href={item.href} onClick={onDone}>
        {inside}
      </a>
    );
  return (
    <button
      type="button"
      className="menu-item"
      role="menuitem"
      tabIndex={-1}
      data-tone={item.tone}
      disabled={item.disabled}
      onClick={() => {
        onDone();
        item.onChoose?.();
      }}
    >
      {inside}
    </button>
  );
}

function entries(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)') ?? [])];
}

function useCloseOutside(box: RefObject<HTMLElement | null>, open: boolean, setOpen: (open: boolean) => void): void {
  useEffect(() => {
    if (!open) return undefined;
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [box, open, setOpen]);
}
