import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useLiveJob } from '../job/use-live-job.js';
import { Dialog } from '../parts/dialog.js';
import { titleOf } from '../shell/title.js';
import { type GalleryItem, itemsOf } from './item.js';

/** A side of the comparison: which output of which job. */
interface Side {
  jobId: string;
  slot: number;
}

/** Two items beside each other, and what differs between them. */
export function Compare({ left, right, onClose }: { left: Side; right: Side; onClose: () => void }) {
  const items = [useItem(left), useItem(right)] as const;
  const [first, second] = items.map((item) => (item === null ? {} : parametersOf(item)));
  const names = [...new Set([...Object.keys(first ?? {}), ...Object.keys(second ?? {})])];
  return (
    <Dialog title="Compare" size="large" onClose={onClose}>
      <div className="gallery-compare">
        {items.map((item, side) => (
          <figure key={side === 0 ? 'left' : 'right'}>
            {item === null ? <div className="gallery-large" /> : <Shown item={item} />}
          </figure>
        ))}
      </div>
      <div className="gallery-differences">
        <table>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Left</th>
              <th scope="col">Right</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => {
              const [one, other] = [first?.[name] ?? '–', second?.[name] ?? '–'];
              return (
                <tr key={name} data-differs={one !== other || undefined}>
                  <th scope="row">
                    {name}
                    {one === other ? null : <span className="unseen"> (differs)</span>}
                  </th>
                  <td>{one}</td>
                  <td>{other}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

function useItem({ jobId, slot }: Side): GalleryItem | null {
  const { job } = useLiveJob(jobId);
  return job === null ? null : (itemsOf(job).find((item) => item.slot === slot) ?? null);
}

function Shown({ item: { artifact, job } }: { item: GalleryItem }) {
  const client = useClient();
  const address = client.address(artifact.url ?? '');
  return artifact.mediaType.startsWith('image/') ? (
    <img className="gallery-large" src={address} alt={titleOf(job)} />
  ) : (
    <div className="gallery-large">
      {/* biome-ignore lint/a11y/useMediaCaption: the words of a song are not known to be sung */}
      <audio controls src={address} aria-label={titleOf(job)} />
    </div>
  );
}

/** Everything it was made with, as words: what was used wins over what was asked for. */
function parametersOf({ job, artifact }: GalleryItem): Record<string, string> {
  const all: Record<string, unknown> = { ...job.request, ...artifact.parameters, engine: engineOf(job) };
  if (all['seed'] === undefined) all['seed'] = job.seed;
  const plain = Object.entries(all).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(
    plain.filter(([, value]) => value !== '').map(([name, value]) => [spaced(name), String(value)]),
  );
}

function engineOf({ ranOn, engine }: Job): string {
  return ranOn?.engine ?? engine;
}

/** `negativePrompt` → `Negative prompt`. */
function spaced(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
