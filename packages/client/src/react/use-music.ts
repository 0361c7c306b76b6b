import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** A player without a face. Put `audio` on an `<audio>` element; the rest follows it and steers it. */
export interface UseMusic {
  audio: RefObject<HTMLAudioElement | null>;
  playing: boolean;
  timeMs: number;
  /** As the file says; null until it is known, and for a sound that still grows. */
  durationMs: number | null;
  /** Whether the browser could not play it. */
  broken: boolean;
  toggle(): void;
  seek(timeMs: number): void;
}

/** Follows an audio element. Another `src` starts over. */
export function useMusic(src: string | null): UseMusic {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [timeMs, setTimeMs] = useState(0);
  const [durationMs, setDurationMs] = useState<number | null>(null);
  const [broken, setBroken] = useState(false);

  useEffect(() => {
    const element = audio.current;
    if (element === null || src === null) return undefined;
    const ending = new AbortController();
    const listen = (types: string, act: () => void): void => {
      for (const type of types.split(' ')) element.addEventListener(type, act, { signal: ending.signal });
    };
    listen('play pause ended', () => setPlaying(!element.paused && !element.ended));
    listen('timeupdate seeked', () => setTimeMs(element.currentTime * 1000));
    listen('durationchange', () => setDurationMs(Number.isFinite(element.duration) ? element.duration * 1000 : null));
    listen('error', () => setBroken(true));
    listen('loadstart', () => setBroken(false));
    return () => {
      ending.abort();
      element.pause();
      setPlaying(false);
      setTimeMs(0);
      setDurationMs(null);
    };
  }, [src]);

  const toggle = useCallback(() => {
    const element = audio.current;
    if (element === null) return;
    if (element.paused)
      element.play().catch(() => undefined); // `error` says what is wrong
    else element.pause();
  }, []);
  const seek = useCallback((toMs: number) => {
    if (audio.current !== null) audio.current.currentTime = toMs / 1000;
    setTimeMs(toMs);
  }, []);
  return { audio, playing, timeMs, durationMs, broken, toggle, seek };
}
