/**
 * A music page as it was written for the render socket's first server: one socket, one plan, one song, and the REST call
 * to fall back on. Nothing of Rendercast is imported; only the host is another.
 *
 *   npm start
 *   node --import tsx examples/dialects/music-render.ts
 */
import { claim, giveUpAfter } from '../claim.js';
import { call, fetchFile, host, type Message, neverFalls, openPage } from './front-end.js';

giveUpAfter(90_000);

interface Rendered {
  progress: Message[];
  /** The result, or the error. */
  end: Message;
  closeCode: number;
}

/** The page's render call: the plan goes out when the server has greeted. */
async function render(plan: object, onProgress: (progress: Message) => void = () => undefined): Promise<Rendered> {
  const page = await openPage('/render/ws');
  const connected = await page.until(({ stage }) => stage === 'connected');
  onProgress(connected);
  page.send({ type: 'render', composition_plan: plan });
  const end = await page.until(({ type }) => type === 'result' || type === 'error');
  const closeCode = await page.closed();
  const progress = page.heard.filter(({ type }) => type === 'progress');
  return { progress, end, closeCode };
}

const planOf = (title: string): object => ({
  title,
  positive_global_styles: ['ambient', 'warm pads'],
  negative_global_styles: ['harsh drums'],
  sections: [
    {
      section_name: 'Intro',
      duration_ms: 3000,
      positive_local_styles: ['quiet'],
      negative_local_styles: [],
      lines: [],
    },
    {
      section_name: 'Verse',
      duration_ms: 4000,
      positive_local_styles: [],
      negative_local_styles: [],
      lines: ['the moon is low'],
    },
  ],
});

const { progress, end, closeCode } = await render(planOf(`Night Walk ${process.pid}`));
const stages = [...new Set(progress.map(({ stage }) => String(stage)))];
claim(
  stages.join(' ') === 'connected validating validated generating processing saving extracting complete',
  `every stage in its order: ${stages.join(' ')}`,
);
const percents = progress.map(({ progress_percent }) => Number(progress_percent));
claim(
  percents.every(Number.isInteger) && neverFalls(percents),
  `whole percents that never fall: ${percents.join(' ')}`,
);
claim(percents[0] === 0 && percents.at(-1) === 100, 'from 0 to 100');
claim(end['type'] === 'result' && closeCode === 1000, 'the result comes, then the server closes with 1000');
const song = (end['data'] ?? {}) as Message;
claim(
  song['content_type'] === 'audio/mpeg' && !String(song['file_path']).startsWith('/'),
  'no path of the server is shown',
);

const download = await fetchFile(`${host}${String(song['download_url'])}`);
claim(download.type === 'audio/mpeg' && download.size === song['file_size_bytes'], `an MP3 of ${download.size} bytes`);
const part = await fetch(`${host}${String(song['stream_url'])}`, { headers: { Range: 'bytes=0-99' } });
claim(part.status === 206 && (await part.arrayBuffer()).byteLength === 100, 'an audio element can seek in it');

const bad = await openPage('/render/ws');
await bad.until(({ stage }) => stage === 'connected');
bad.send({ type: 'render', composition_plan: { ...planOf('x'), sections: [] } });
claim((await bad.closed()) === 1000, 'after a bad plan the server closes with 1000');
claim(
  bad.heard.length === 2 && bad.heard[1]?.['error_code'] === 'VALIDATION_ERROR',
  `the very next message says why: ${String(bad.heard[1]?.['message'])}`,
);

// The line drops in the middle; the page falls back to REST with the same plan, and nothing is rendered twice.
const plan = planOf(`Lost Line ${process.pid}`);
const lost = await openPage('/render/ws');
await lost.until(({ stage }) => stage === 'connected');
lost.send({ type: 'render', composition_plan: plan });
const validated = await lost.until(({ stage }) => stage === 'validated');
lost.close();
const again = await call('POST', '/render', plan);
claim(again.status === 200, 'the REST call answers with the song');
claim(again.json['request_id'] === validated['request_id'], 'it is the render that had begun: nobody pays twice');
const state = await call('GET', `/render/status/${encodeURIComponent(String(validated['request_id']))}`);
claim(state.json['stage'] === 'complete' && state.json['progress_percent'] === 100, 'its state can be asked for');

const planned = await call('POST', '/plan', { prompt: 'a calm evening by the sea', music_length_ms: 10_000 });
claim(Array.isArray(planned.json['sections']), 'a plan can be made from words');
