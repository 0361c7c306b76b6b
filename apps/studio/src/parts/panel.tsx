import { type ReactNode, useId } from 'react';
import { Icon, type IconName } from './icon.js';
import './panel.css';

/** A titled area. `actions` stand at the right of the title. */
export function Panel({
  title,
  actions,
  className,
  children,
}: {
  title: string;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={className === undefined ? 'panel' : `panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** What went wrong, in words that say what to do (`wordsOf`). */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <div className="problem" role="alert">
      <Icon name="alert" />
      <div>{children}</div>
    </div>
  );
}

/** What stands where nothing is yet, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <p className="empty-words">{children}</p>}
      {actions === undefined ? null : <div className="empty-actions button-row">{actions}</div>}
    </div>
  );
}
