import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Button, IconButton, type Tone } from './button.js';
import './dialog.css';

/** A window over the page: holds the focus, closes with Escape, gives the focus back. It is open while it is rendered. */
export function Dialog({
  title,
  onClose,
  size = 'normal',
  foot,
  children,
}: {
  title: string;
  onClose: () => void;
  size?: 'normal' | 'large';
  /** Buttons at its end. */
  foot?: ReactNode;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before it leaves the page: only a dialog that is still there gives the focus back when it closes.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return undefined;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-size={size}
      aria-labelledby={id}
      onCancel={(event) => {
        // The window is closed by not being rendered any more.
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
      <div className="dialog-body">{children}</div>
      {foot === undefined ? null : <div className="dialog-foot">{foot}</div>}
    </dialog>
  );
}

/** Asks before something that cannot be undone. */
export function Confirm({
  title,
  action,
  tone = 'danger',
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  /** The word on the button that does it. */
  action: string;
  tone?: Tone;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            tone={tone}
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
