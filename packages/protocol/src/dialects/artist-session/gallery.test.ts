import { describe, expect, it } from 'vitest';
import type { LoggedFact } from '../../dialect.js';
import { FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { examFileUrl } from '../../dialect-exam/house.contract.js';
import { entryOf, entrySchema, idIn, nameIn, nameOf, pathOf } from './gallery.js';
import { createGalleryView } from './gallery-view.js';

const facts = historyOf({
  ...FULL_PLAN,
  attempts: [
    { stages: [1], previews: false, outputs: 2 },
    { stages: [1], previews: false, outputs: 1 },
  ],
}).steps.flatMap((step) => ('fact' in step ? [step.fact] : []));
const outputs = facts.filter(({ fact }) => fact.type === 'output');
const [first] = outputs as [LoggedFact];
const artifact = first.fact.type === 'output' ? first.fact.artifact : null;
if (artifact === null) throw new Error('the history has no image');
const last = facts.at(-1) as LoggedFact;

const said = (view: ReturnType<typeof createGalleryView>, logged: LoggedFact) =>
  view
    .fact(logged)
    .map((text) => JSON.parse(text) as { action: string; data: { filename: string; featured: boolean } });

describe('the address of an image', () => {
  it('is found again in every form that pages make of it', () => {
    const path = pathOf(artifact, examFileUrl);
    expect(path).toBe(`/api/images/file/${artifact.id}.png?signed`);
    for (const form of [path, path.slice(1), nameOf(artifact), `/api/images/file/${path}`, artifact.id])
      expect(idIn(form)).toBe(artifact.id);
    expect(nameIn(path)).toBe(nameOf(artifact));
    expect(['', '/', '?', '.png'].map(idIn)).toEqual(['', '', '', '']);
  });

  it('ends as its media type says', () => {
    const endings = ['image/png', 'image/jpeg', 'image/webp', 'image/tiff'].map((mediaType) =>
      nameOf({ id: 'a', mediaType }),
    );
    expect(endings).toEqual(['a.png', 'a.jpg', 'a.webp', 'a.bin']);
  });
});

describe('an entry of the gallery', () => {
  it('has all its fields, also for a job that was removed or asked for a song', () => {
    for (const request of [first.job.request, { prompt: '' }, { lengthMs: 5_000 }]) {
      const entry = entryOf({ ...first.job, request: request as never }, artifact, examFileUrl);
      expect(entrySchema.parse(entry)).toEqual(entry);
      expect(entry.metadata).toMatchObject({ prompt: entry.prompt, created_at: artifact.createdAt, seed: 7 });
    }
  });

  it('shows the file itself where there is no thumbnail', () => {
    const entry = entryOf(first.job, { ...artifact, hasThumbnail: false }, examFileUrl);
    expect(entry.thumbnail_url).toBe(entry.full_url);
  });
});

describe('what happens to the gallery', () => {
  it('takes the image of an attempt that was given up down when the next one takes its place', () => {
    const view = createGalleryView(examFileUrl);
    const updates = facts.filter((logged) => logged !== last).flatMap((logged) => said(view, logged));
    expect(updates.map(({ action, data }) => [action, data.filename])).toEqual([
      ['new_image', 'art_1_0.png'],
      ['new_image', 'art_1_1.png'],
      ['deleted', 'art_1_0.png'],
      ['new_image', 'art_2_0.png'],
    ]);
  });

  it('features every image of a job, and takes what was removed away by its name', () => {
    const view = createGalleryView(examFileUrl);
    expect(said(view, last).map(({ action, data }) => [action, data.featured])).toEqual(
      last.job.outputs.map(() => ['featured', true]),
    );
    const gone = [{ id: 'art_9', mediaType: 'image/webp' }];
    const removed: LoggedFact = {
      ...last,
      fact: { ...last.fact, type: 'removed', artifactId: null, gone } as LoggedFact['fact'],
    };
    expect(said(view, removed)).toMatchObject([{ action: 'deleted', data: { filename: 'art_9.webp' } }]);
    const old: LoggedFact = {
      ...last,
      fact: { ...last.fact, type: 'removed', artifactId: null } as LoggedFact['fact'],
    };
    expect(said(view, old)).toEqual([]);
  });

  it('says nothing of an image that was removed before it was heard of', () => {
    const blank: LoggedFact = { ...first, fact: { ...first.fact, artifact: null } as LoggedFact['fact'] };
    expect(said(createGalleryView(examFileUrl), blank)).toEqual([]);
  });
});
