/**
 * A React modal as a page for the image task's first server has it: it shows the progress of one image, then the image.
 * Nothing of Rendercast is imported; only the host is another.
 */
import { type ReactElement, useEffect, useState } from 'react';

/** The fields of a record that the modal shows. */
interface Progress {
  current_step: number;
  total_steps: number;
  percentage: number;
  current_stage: string;
  elapsed_time: number;
  estimated_remaining: number;
}

interface Answer {
  success: boolean;
  image_url?: string;
  message: string;
}

interface Props {
  /** Where the server is: `http://localhost:8000`. */
  host: string;
  prompt: string;
  taskId: string;
  onClose: () => void;
}

/** Generates one image when it is shown. */
export function ImageTaskModal({ host, prompt, taskId, onClose }: Props): ReactElement {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);

  useEffect(() => {
    const socket = new WebSocket(`${host.replace('http', 'ws')}/ws/image-generation/${encodeURIComponent(taskId)}`);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as Progress & { type: string };
      if (message.type === 'progress') setProgress(message);
    };
    const body = JSON.stringify({ prompt, task_id: taskId, use_generation: true });
    const leave = new AbortController();
    fetch(`${host}/api/media/generate`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      signal: leave.signal,
    })
      .then(async (response) => setAnswer((await response.json()) as Answer))
      .catch((error: Error) => leave.signal.aborted || setAnswer({ success: false, message: error.message }))
      .finally(() => socket.close());
    return () => {
      leave.abort();
      socket.close();
    };
  }, [host, prompt, taskId]);

  return (
    <div role="dialog" aria-label="Generating an image">
      {answer === null && progress !== null && <Steps progress={progress} />}
      {answer?.success === true && <img src={answer.image_url} alt={prompt} />}
      {answer?.success === false && <p role="alert">{answer.message}</p>}
      <button type="button" onClick={onClose} disabled={answer === null}>
        {answer === null ? 'Generating…' : 'Close'}
      </button>
    </div>
  );
}

function Steps({ progress }: { progress: Progress }): ReactElement {
  const { current_step, total_steps, percentage, current_stage, elapsed_time, estimated_remaining } = progress;
  return (
    <>
      <progress max={100} value={percentage} />
      <p>
        Step {current_step}/{total_steps}, {current_stage === 'refiner_model' ? 'refinement' : 'base'},{' '}
        {Math.round(elapsed_time)} s, {Math.round(estimated_remaining)} s to go
      </p>
    </>
  );
}
