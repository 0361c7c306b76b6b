import './without-eval.js';
import '@rendercast/client/react/styles.css';
import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { LIMITS } from '@rendercast/protocol/limits';
import type { CompositionPlan } from '@rendercast/protocol/media';
import { type FormEvent, useCallback, useMemo, useState } from 'react';
import { musicRequest } from '../job/requests.js';
import { useNamedJob } from '../job/use-named-job.js';
import { Button } from '../parts/button.js';
import { DropZones, type Zone } from '../parts/drop-zone.js';
import { TextField } from '../parts/field.js';
import { Panel, Problem } from '../parts/panel.js';
import { go, linkTo } from '../shell/router.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import { wordsOf } from '../shell/words.js';
import { clock } from './clock.js';
import { planOf, totalMs } from './plan-draft.js';
import { PlanFromWords } from './plan-from-words.js';
import { problemAt, problemLines, problemsOf } from './plan-problems.js';
import { SectionEditor } from './section-editor.js';
import { SongFileButton } from './song-file-button.js';
import { FORMATS, SongOptions, type SongWishes, useMusicEngines } from './song-options.js';
import { SongPanel } from './song-panel.js';
import { StyleList } from './style-list.js';
import { Timeline } from './timeline.js';
import { usePlanDraft } from './use-plan-draft.js';
import { type SongRecipe, useSongFile } from './use-song-file.js';
import './music.css';

const SONG_ZONE = {
  title: 'Use its plan',
  words: 'Sections, styles, lyrics, seed: what the song says about itself.',
  icon: 'music',
} as const;

/** Create music: a plan is written or made from words, rendered, and heard. The song that is looked at is in the address. */
export function MusicScreen({ rest, query }: ScreenProps) {
  const client = useClient();
  const [draft, change] = usePlanDraft();
  const [wishes, setWishes] = useState<SongWishes>({ engine: 'auto', format: 'mp3', seed: '' });
  const engines = useMusicEngines();
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const plan = useMemo(() => planOf(draft), [draft]);
  const problems = useMemo(() => problemsOf(plan), [plan]);
  const index = Math.max(
    0,
    draft.sections.findIndex(({ key }) => key === draft.selected),
  );
  const section = draft.sections[index];
  const load = useCallback((made: CompositionPlan) => change({ do: 'load', plan: made }), [change]);
  const takeJob = useCallback(
    (job: Job) => {
      const { plan: taken } = musicRequest(job);
      if (taken !== undefined) load(taken);
    },
    [load],
  );
  useNamedJob(query, 'music', takeJob);
  const loadRecipe = useCallback(
    ({ plan, request, seed }: SongRecipe) => {
      load(plan);
      setWishes((before) => ({
        ...before,
        format: FORMATS.find((format) => format === request.format) ?? before.format,
        seed: seed === null ? '' : String(seed),
      }));
    },
    [load],
  );
  const takeSong = useSongFile(loadRecipe);
  const zones = useMemo((): Zone[] => [{ ...SONG_ZONE, onFile: takeSong }], [takeSong]);

  async function compose(): Promise<void> {
    setSending(true);
    setRefused(null);
    try {
      const { engine, format, seed } = wishes;
      const request = { plan, format, ...(seed === '' ? {} : { seed: Number(seed) }) };
      const job = await client.submit({ kind: 'music', engine, request });
      go(linkTo('music', [job.id]));
    } catch (error) {
      setRefused(wordsOf(error));
    } finally {
      setSending(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (problems.size === 0) void compose();
  }

  return (
    <div className="music">
      <ScreenHead title="Create music" />
      <DropZones zones={zones}>
        <div className="music-columns">
          <div className="stack">
            <PlanFromWords onPlan={load} />
            <Panel
              title="Plan"
              actions={
                <>
                  <span className="quiet figures-even" data-testid="plan-length">
                    {clock(totalMs(draft))} of {clock(LIMITS.maxSongMs)}
                  </span>
                  <SongFileButton onFile={takeSong} />
                </>
              }
            >
              <div className="stack">
                <TextField
                  label="Title"
                  value={draft.title}
                  onValue={(title) => change({ do: 'set', part: { title } })}
                  problem={problemAt(problems, 'title')}
                />
                <StyleList
                  label="Styles"
                  tone="good"
                  placeholder="indie folk, warm, 96 bpm"
                  styles={draft.positiveStyles}
                  onStyles={(positiveStyles) => change({ do: 'set', part: { positiveStyles } })}
                  problem={problemAt(problems, 'positiveStyles')}
                />
                <StyleList
                  label="Without"
                  tone="bad"
                  placeholder="heavy metal, spoken words"
                  styles={draft.negativeStyles}
                  onStyles={(negativeStyles) => change({ do: 'set', part: { negativeStyles } })}
                  problem={problemAt(problems, 'negativeStyles')}
                />
                <Timeline draft={draft} problems={problems} change={change} />
                {problems.get('sections') === undefined ? null : (
                  <p className="field-problem">{problems.get('sections')}</p>
                )}
              </div>
            </Panel>
            {section === undefined ? null : (
              <SectionEditor
                section={section}
                index={index}
                count={draft.sections.length}
                problems={problems}
                change={change}
              />
            )}
          </div>
          <div className="stack music-side">
            <form className="stack" onSubmit={submit}>
              <Panel title="Compose">
                <div className="stack">
                  <SongOptions engines={engines} wishes={wishes} onWishes={setWishes} />
                  {problems.size === 0 ? null : (
                    <ul className="plan-problems" aria-label="What is wrong with the plan">
                      {problemLines(problems, plan).map((line) => (
                        <li key={line} className="field-problem">
                          {line}
                        </li>
                      ))}
                    </ul>
                  )}
                  {refused === null ? null : <Problem>{refused}</Problem>}
                  <Button type="submit" tone="primary" icon="music" wide disabled={sending || problems.size > 0}>
                    {sending ? 'Sending…' : 'Compose'}
                  </Button>
                </div>
              </Panel>
            </form>
            <SongPanel id={rest[0] ?? null} onPlan={load} />
          </div>
        </div>
      </DropZones>
    </div>
  );
}
