import type { Artifact } from '@rendercast/protocol/media';
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { useClient } from '../provider.js';
import { heardAt, type SongTime, songTimes } from '../song-times.js';
import { useMusic } from '../use-music.js';
import { usePeaks } from '../use-peaks.js';
import { useWords } from '../words.js';
import { Waveform } from './waveform.js';

/** What is played. */
export interface MusicPlayerProps {
  /** A finished file. */
  artifact?: Artifact | null | undefined;
  /** Or an address, for a sound that still grows. */
  src?: string | undefined;
  title: string;
  /** How long it will be in the end, in milliseconds, while the file cannot say so. */
  expectedMs?: number | undefined;
  /** Sections, where the file does not tell them yet. */
  sections?: readonly SongTime[] | undefined;
  /** Beside the time. */
  actions?: ReactNode;
  /** Told when it begins and ceases to play. */
  onPlaying?: ((playing: boolean) => void) | undefined;
  className?: string | undefined;
}

/** A player with the shape of the sound, its sections and its words, which follow as they are sung. */
export function MusicPlayer(props: MusicPlayerProps): ReactElement {
  const { artifact = null, title, className = '' } = props;
  const client = useClient();
  const words = useWords();
  const src = artifact?.url === undefined ? (props.src ?? null) : client.address(artifact.url);
  const { audio, playing, timeMs, durationMs, broken, toggle, seek } = useMusic(src);
  const peaks = usePeaks(artifact);
  const told = songTimes(artifact);
  const sections = told.sections.length > 0 ? told.sections : (props.sections ?? []);
  const lengthMs = durationMs ?? artifact?.durationMs ?? props.expectedMs ?? 0;
  const now = heardAt(sections, timeMs);
  const tell = useRef(props.onPlaying);
  useEffect(() => {
    tell.current = props.onPlaying;
  });
  useEffect(() => tell.current?.(playing), [playing]);
  return (
    <div className={`rc-player ${className}`} role="group" aria-label={title}>
      {/* The words of the song stand below, in time with it. */}
      <audio ref={audio} src={src ?? undefined} preload="metadata" />
      <div className="rc-player-main">
        <button type="button" className="rc-play" aria-label={playing ? words.pause : words.play} onClick={toggle}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={playing ? 'M8 5v14M16 5v14' : 'M8 5v14l11-7z'} />
          </svg>
        </button>
        <Seeker title={words.seek} timeMs={timeMs} lengthMs={lengthMs} onSeek={seek}>
          <Waveform peaks={peaks} />
        </Seeker>
      </div>
      <div className="rc-player-foot">
        <span className="rc-time">
          {clock(timeMs)} / {lengthMs === 0 ? '–' : clock(lengthMs)}
        </span>
        {props.actions}
      </div>
      {sections.length === 0 || lengthMs === 0 ? null : (
        <ol className="rc-sections" aria-label={words.sections}>
          {sections.map((section, index) => (
            <li
              key={`${section.startMs}-${section.text}`}
              style={{ flexGrow: Math.max(1, section.endMs - section.startMs) }}
            >
              <button
                type="button"
                title={section.text}
                aria-current={index === now ? 'true' : undefined}
                onClick={() => seek(section.startMs)}
              >
                {section.text}
              </button>
            </li>
          ))}
        </ol>
      )}
      {told.lyrics.length === 0 ? null : (
        <Lyrics label={words.lyrics} lines={told.lyrics} timeMs={timeMs} onSeek={seek} />
      )}
      {broken ? (
        <p className="rc-problem" role="alert">
          {words.states.failed}
        </p>
      ) : null}
    </div>
  );
}

function Seeker({
  title,
  timeMs,
  lengthMs,
  onSeek,
  children,
}: {
  title: string;
  timeMs: number;
  lengthMs: number;
  onSeek: (timeMs: number) => void;
  children: ReactNode;
}): ReactElement {
  const part = lengthMs === 0 ? 0 : Math.min(1, timeMs / lengthMs);
  return (
    <div className="rc-seeker">
      <div className="rc-seeker-rest">{children}</div>
      <div className="rc-seeker-played" style={{ clipPath: `inset(0 ${(1 - part) * 100}% 0 0)` }}>
        {children}
      </div>
      <input
        type="range"
        aria-label={title}
        aria-valuetext={`${clock(timeMs)} / ${clock(lengthMs)}`}
        min={0}
        max={Math.max(1, Math.round(lengthMs))}
        step={100}
        value={Math.round(timeMs)}
        onChange={(event) => onSeek(Number(event.target.value))}
      />
    </div>
  );
}

function Lyrics({
  label,
  lines,
  timeMs,
  onSeek,
}: {
  label: string;
  lines: readonly SongTime[];
  timeMs: number;
  onSeek: (timeMs: number) => void;
}): ReactElement {
  const list = useRef<HTMLOListElement>(null);
  const now = heardAt(lines, timeMs);
  useEffect(() => {
    const line = list.current?.children[now];
    // Within the list only: the page stays where it is.
    if (list.current !== null && line instanceof HTMLElement)
      list.current.scrollTop = line.offsetTop - list.current.clientHeight / 2 + line.clientHeight / 2;
  }, [now]);
  return (
    <ol className="rc-lyrics" aria-label={label} ref={list}>
      {lines.map((line, index) => (
        <li key={`${line.startMs}-${line.text}`}>
          <button type="button" aria-current={index === now ? 'true' : undefined} onClick={() => onSeek(line.startMs)}>
            {line.text}
          </button>
        </li>
      ))}
    </ol>
  );
}

/** A place in a song: `0:07`, `2:30`. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
