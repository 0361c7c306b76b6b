import type { Job } from '@rendercast/protocol/job';
import { type FormEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import type { GenerateOptions, SubmitOptions } from '../../requests.js';
import { useClient } from '../provider.js';
import { useGenerate } from '../use-generate.js';
import { useWords } from '../words.js';
import { GenerationProgress } from './generation-progress.js';
import { holdFocus } from './hold-focus.js';
import { JobPicture } from './job-picture.js';

/** When the window is open, and what it asks for. */
export interface ImageGenerationModalProps {
  open: boolean;
  onClose: () => void;
  /** The prompt to begin with. */
  prompt?: string | undefined;
  /** Everything else that is asked for. */
  options?: (GenerateOptions & SubmitOptions) | undefined;
  /** Told once when a picture is done. */
  onDone?: ((job: Job) => void) | undefined;
  className?: string | undefined;
}

/** A window that takes a prompt and shows its picture as it is made. Closing it stops nothing. */
export function ImageGenerationModal({ open, ...rest }: ImageGenerationModalProps): ReactElement | null {
  return open ? <Window {...rest} /> : null;
}

function Window({
  onClose,
  prompt: first = '',
  options,
  onDone,
  className = '',
}: Omit<ImageGenerationModalProps, 'open'>): ReactElement {
  const words = useWords();
  const client = useClient();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [prompt, setPrompt] = useState(first);
  const made = useGenerate({ previews: 'binary' });
  const { job, error, submitting, handle } = made;
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    field.current?.focus();
    return () => {
      element?.close();
      // The window is out of the page by now, so it cannot give the focus back itself.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useDone(job, onDone);

  function submit(event: FormEvent): void {
    event.preventDefault();
    void made.generate(prompt, options);
  }

  const isRunning = handle !== null && !made.ended;
  return (
    <dialog
      ref={dialog}
      className={`rc-modal ${className}`}
      aria-labelledby={`${id}-title`}
      onKeyDown={holdFocus}
      onCancel={(event) => {
        event.preventDefault(); // closed by not being rendered any more
        onClose();
      }}
    >
      <h2 id={`${id}-title`}>{words.modalTitle}</h2>
      <form onSubmit={submit}>
        <label htmlFor={id}>{words.prompt}</label>
        <textarea
          id={id}
          ref={field}
          rows={3}
          required
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button
          type="submit"
          className="rc-button rc-primary"
          disabled={submitting || isRunning || prompt.trim() === ''}
        >
          {job !== null && made.ended ? words.again : words.generate}
        </button>
      </form>
      {job === null ? null : <JobPicture job={job} previewUrl={made.previewUrl} />}
      {handle === null ? (
        error === null ? null : (
          <p className="rc-problem" role="alert">
            {error.message}
          </p>
        )
      ) : (
        <GenerationProgress job={made} />
      )}
      {isRunning ? <p className="rc-quiet">{words.goesOn}</p> : null}
      <div className="rc-actions">
        {isRunning ? (
          <button type="button" className="rc-button" onClick={() => void made.cancel().catch(() => undefined)}>
            {words.cancel}
          </button>
        ) : null}
        {job?.outputs.map(({ slot, artifact }) => (
          <a key={slot} className="rc-button" href={client.address(artifact.url ?? '')} download={artifact.name}>
            {words.download}
          </a>
        ))}
        <button type="button" className="rc-button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </dialog>
  );
}

/** Tells of each job's success once. */
function useDone(job: Job | null, onDone: ((job: Job) => void) | undefined): void {
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (job?.state !== 'succeeded' || told.current === job.id) return;
    told.current = job.id;
    onDone?.(job);
  }, [job, onDone]);
}
