import type { ReactNode } from 'react';

/** The first line of a screen: its title, and what can be done at the right of it. */
export function ScreenHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="screen-head">
      <h1>{title}</h1>
      {children === undefined ? null : <div className="screen-head-side">{children}</div>}
    </div>
  );
}
