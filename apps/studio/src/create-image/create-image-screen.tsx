import type { Job } from '@rendercast/client';
import { useCallback } from 'react';
import { JobView } from '../job/job-view.js';
import { useNamedJob } from '../job/use-named-job.js';
import { Button } from '../parts/button.js';
import { EmptyState } from '../parts/panel.js';
import { go, linkTo } from '../shell/router.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import './create-image.css';
import { DropZones } from '../parts/drop-zone.js';
import { GridView } from './grid-view.js';
import { ImageForm } from './image-form.js';
import { RecentStrip } from './recent-strip.js';
import { withJob } from './take-parameters.js';
import { useCreate } from './use-create.js';
import { useFiles } from './use-files.js';
import { useImageDraft } from './use-image-draft.js';

/** Something to begin with, for whoever just looks around. */
const SAMPLES = ['a red fox under a yellow moon', 'a sailing boat on a calm lake at dawn', 'an old oak in autumn'];

/** Create image: what to make at the left, the newest of it at the right as it comes. */
export function CreateImageScreen({ rest, query }: ScreenProps) {
  const [draft, setDraft] = useImageDraft();
  const [what = null, gridId] = rest;
  const keepSeed = useCallback(
    (seed: number) => setDraft((before) => (before.seedLocked ? before : { ...before, seed: String(seed) })),
    [setDraft],
  );
  const create = useCreate(keepSeed);
  const files = useFiles(setDraft);
  const slot = Number(query.get('slot') ?? 0);
  const takeJob = useCallback(
    (job: Job) => {
      if (job.kind === 'image') setDraft((before) => withJob(before, job, slot));
    },
    [setDraft, slot],
  );
  useNamedJob(query, 'image', takeJob);

  return (
    <DropZones zones={files.zones}>
      <ScreenHead title="Create image" />
      <div className="image-columns">
        <ImageForm draft={draft} onDraft={setDraft} create={create} sending={files.sending} onFile={files.startFrom} />
        <div className="stack image-stage" data-shown={what !== null || undefined}>
          {what === null ? (
            <div className="panel">
              <EmptyState
                icon="image"
                title="Say what you want to see"
                actions={SAMPLES.map((prompt) => (
                  <Button key={prompt} size="small" onClick={() => setDraft((before) => ({ ...before, prompt }))}>
                    {prompt}
                  </Button>
                ))}
              >
                It is painted here, step by step. You can close this page at any time: the job goes on, and is here when
                you come back. Drop a picture anywhere to start from it.
              </EmptyState>
            </div>
          ) : what === 'grid' && gridId !== undefined ? (
            <GridView key={gridId} id={gridId} />
          ) : (
            <JobView key={what} id={what} onRetried={(id) => go(linkTo('image', [id]))} />
          )}
          <RecentStrip selected={what} />
        </div>
      </div>
    </DropZones>
  );
}
