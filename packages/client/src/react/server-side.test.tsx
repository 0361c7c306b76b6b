import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { tabSocket } from '../tabs/index.js';
import * as kit from './index.js';

const { ENGLISH, KitWords, RendercastProvider } = kit;

it('there is no window here', () => {
  expect('window' in globalThis || 'document' in globalThis).toBe(false);
  expect(tabSocket()).toBeUndefined();
});

it('all parts are rendered on a server, with no connection and nothing left behind', () => {
  const html = renderToString(
    <RendercastProvider options={{ url: 'http://localhost:1' }}>
      <kit.GenerationProgress job="j1" />
      <kit.JobCard job="j1" onRetried={() => undefined} />
      <kit.QueueList />
      <kit.Gallery />
      <kit.MusicPlayer
        src="/song.mp3"
        title="A song"
        expectedMs={9_000}
        sections={[{ text: 'Verse', startMs: 0, endMs: 9_000 }]}
      />
      <kit.ConnectionBadge />
      <kit.ImageGenerationModal open={false} onClose={() => undefined} />
      <kit.ImageGenerationModal open onClose={() => undefined} prompt="a red fox" />
    </RendercastProvider>,
  );
  for (const part of ['rc-progress', 'rc-card', 'rc-queue', 'rc-gallery', 'rc-player', 'rc-badge', 'rc-modal'])
    expect(html).toContain(part);
  expect(html.match(/<dialog/g)).toHaveLength(1);
  expect(html).toContain('0:00 / 0:09');
});

it('words are those that were given', () => {
  const html = renderToString(
    <RendercastProvider>
      <KitWords value={{ ...ENGLISH, loading: 'Lädt …' }}>
        <kit.GenerationProgress job="j1" />
      </KitWords>
    </RendercastProvider>,
  );
  expect(html).toContain('Lädt …');
});
