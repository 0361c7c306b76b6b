import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Button, IconButton } from './button.js';
import { Icon } from './icon.js';
import './toast.css';

/** A word about something that has just happened. */
export interface Toast {
  tone: 'good' | 'bad';
  words: string;
  /** Something that can be done about it. */
  action?: { title: string; onChoose: () => void };
}

type Kept = Toast & { id: number };

/** How long good news stays, in milliseconds. Bad news stays until it is closed. */
const STAYS_MS = 6_000;
const MOST = 4;

const ToastContext = createContext<((toast: Toast) => void) | null>(null);

/** Says something in the corner of the page. */
export function useToast(): (toast: Toast) => void {
  const say = useContext(ToastContext);
  if (say === null) throw new Error('useToast needs <Toasts> around it.');
  return say;
}

/** The corner where things are said. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Kept[]>([]);
  const say = useCallback(
    (toast: Toast) => setToasts((before) => [...before, { ...toast, id: (before.at(-1)?.id ?? 0) + 1 }].slice(-MOST)),
    [],
  );
  const drop = useMemo(() => (id: number) => setToasts((before) => before.filter((each) => each.id !== id)), []);
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <OneToast key={toast.id} toast={toast} onDrop={drop} />
        ))}
      </div>
    </ToastContext>
  );
}

function OneToast({ toast, onDrop }: { toast: Kept; onDrop: (id: number) => void }) {
  const { id, tone, words, action } = toast;
  useEffect(() => {
    if (tone === 'bad') return undefined;
    const timer = window.setTimeout(() => onDrop(id), STAYS_MS);
    return () => window.clearTimeout(timer);
  }, [id, tone, onDrop]);
  return (
    <div className="toast" data-tone={tone}>
      <Icon name={tone === 'good' ? 'check' : 'alert'} />
      <span className="toast-words">{words}</span>
      {action === undefined ? null : (
        <Button
          size="small"
          onClick={() => {
            onDrop(id);
            action.onChoose();
          }}
        >
          {action.title}
        </Button>
      )}
      <IconButton size="small" icon="close" label="Close this note" onClick={() => onDrop(id)} />
    </div>
  );
}
