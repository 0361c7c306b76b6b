import type { Job } from '@rendercast/client';
import { useEffect, useRef } from 'react';
import { percent } from './format.js';
import { isActive, useJobs } from './jobs.js';
import { go, linkTo } from './router.js';
import { getSettings } from './settings.js';
import { titleOf } from './title.js';

const NAME = 'Rendercast';

/** What the tab says: how far the job is that runs, or how many do. */
export function useTabTitle(screen: string): void {
  const { jobs } = useJobs();
  const running = jobs.filter(({ job }) => job.state === 'running');
  const active = jobs.filter(isActive).length;
  const fraction = active === 1 ? running[0]?.levels.progress?.fraction : undefined;
  const before = active === 0 ? '' : fraction == null ? `(${active}) ` : `${percent(fraction)} · `;
  useEffect(() => {
    document.title = `${before}${screen} · ${NAME}`;
  }, [before, screen]);
}

/** Tells the system and plays a sound when a job that was seen under way has ended, where the person wants it. */
export function useTidings(): void {
  const { jobs } = useJobs();
  const underWay = useRef(new Set<string>());
  useEffect(() => {
    for (const item of jobs) {
      const { job } = item;
      if (isActive(item)) underWay.current.add(job.id);
      else if (underWay.current.delete(job.id) && job.state !== 'canceled') tell(job);
    }
  }, [jobs]);
}

function tell(job: Job): void {
  const { notify, sound } = getSettings();
  if (sound) playChime(job.state === 'succeeded');
  if (!notify || !document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  // The tag makes one note of those of several tabs.
  const note = new Notification(job.state === 'succeeded' ? 'Done' : 'Failed', { body: titleOf(job), tag: job.id });
  note.addEventListener('click', () => {
    window.focus();
    go(linkTo('live', [job.id]));
    note.close();
  });
}

/** Two soft notes: up when it worked, down when not. Made here, so nothing is loaded. */
export function playChime(good: boolean): void {
  const audio = new AudioContext();
  const notes = good ? [659.25, 987.77] : [493.88, 369.99];
  notes.forEach((frequencyHz, index) => {
    const atS = audio.currentTime + index * 0.14;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequencyHz;
    volume.gain.setValueAtTime(0, atS);
    volume.gain.linearRampToValueAtTime(0.12, atS + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, atS + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(atS);
    tone.stop(atS + 0.55);
    if (index === notes.length - 1) tone.addEventListener('ended', () => void audio.close());
  });
}
