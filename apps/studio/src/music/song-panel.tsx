import type { Job } from '@rendercast/client';
import { GenerationProgress, MusicPlayer, type SongTime, type UseJob, useClient } from '@rendercast/client/react';
import type { CompositionPlan } from '@rendercast/protocol/media';
import { useState } from 'react';
import { useLiveJob } from '../job/use-live-job.js';
import { Button, ButtonLink } from '../parts/button.js';
import { EmptyState, Panel, Problem } from '../parts/panel.js';
import { wordsOf } from '../shell/words.js';

/** The song of a job: heard as soon as anything of it can be, and its file when it is done. */
export function SongPanel({ id, onPlan }: { id: string | null; onPlan: (plan: CompositionPlan) => void }) {
  const live = useLiveJob(id);
  const [problem, setProblem] = useState<string | null>(null);
  const { job } = live;
  if (id === null || job === null)
    return (
      <Panel title="Song">
        <EmptyState icon="music" title={live.status === 'absent' ? 'There is no such song' : 'No song yet'}>
          Write a plan, or have one made from words, then compose. You may leave this page meanwhile.
        </EmptyState>
      </Panel>
    );
  const { plan } = job.request as { plan?: CompositionPlan };
  return (
    <Panel
      title={plan?.title ?? 'Song'}
      actions={
        <div className="button-row">
          {plan === undefined ? null : (
            <Button size="small" icon="edit" onClick={() => onPlan(plan)}>
              Edit its plan
            </Button>
          )}
          {live.ended ? null : (
            <Button
              size="small"
              icon="stop"
              disabled={job.canceling}
              onClick={() => void live.cancel().catch((error: unknown) => setProblem(wordsOf(error)))}
            >
              {job.canceling ? 'Stopping…' : 'Cancel'}
            </Button>
          )}
        </div>
      }
    >
      <div className="stack song">
        <Sound key={job.id} job={job} live={live} plan={plan} />
        {job.state === 'succeeded' ? null : <GenerationProgress job={live} />}
        {problem === null ? null : <Problem>{problem}</Problem>}
      </div>
    </Panel>
  );
}

/** What can be heard or seen of it now. A growing sound that plays goes on to its end, also when the file is there. */
function Sound({ job, live, plan }: { job: Job; live: UseJob; plan: CompositionPlan | undefined }) {
  const client = useClient();
  const [held, setHeld] = useState<string | null>(null);
  const growing = live.progress?.growing?.find(({ mediaType }) => mediaType.startsWith('audio/'))?.url;
  const src = held ?? (growing === undefined ? undefined : client.address(growing));
  const artifact = job.outputs.find((output) => output.artifact.mediaType.startsWith('audio/'))?.artifact ?? null;
  const title = plan?.title ?? 'Song';
  if (held === null && artifact !== null)
    return (
      <MusicPlayer
        artifact={artifact}
        title={title}
        actions={
          <ButtonLink size="small" icon="download" href={client.address(artifact.url ?? '')} download={artifact.name}>
            Download
          </ButtonLink>
        }
      />
    );
  if (src !== undefined)
    return (
      <MusicPlayer
        src={src}
        title={title}
        expectedMs={plan === undefined ? undefined : timesOf(plan).at(-1)?.endMs}
        sections={plan === undefined ? undefined : timesOf(plan)}
        onPlaying={(playing) => setHeld(playing ? src : null)}
      />
    );
  if (live.previewUrl === null) return null;
  return <img className="song-preview" src={live.previewUrl} alt={`${title}, as far as it is rendered`} />;
}

/** When each section is due; an engine may round them to bars. */
function timesOf({ sections }: CompositionPlan): SongTime[] {
  let endMs = 0;
  return sections.map(({ name, durationMs }) => {
    const startMs = endMs;
    endMs += durationMs;
    return { text: name, startMs, endMs };
  });
}
