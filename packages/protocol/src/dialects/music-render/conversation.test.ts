import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SocketRoute } from '../../dialect.js';
import { messagesOf, recordConversation } from '../../dialect-exam/recorded.contract.js';
import { PLAN } from './fixtures/calls.js';
import { musicRenderDialect, serverMessageSchema } from './index.js';
import { readPlan, shownPlan } from './plan.js';
import { readRenderMessage } from './request.js';
import { stemOf } from './song-file.js';

/** Checked in, so that a changed byte on the wire is seen in review; `npx vitest -u` records it anew. */
const FIXTURE = 'fixtures/conversation.txt';
const [socket] = musicRenderDialect.sockets as [SocketRoute];
const SCRIPT = [
  { steps: 1 },
  { type: 'render', composition_plan: PLAN },
  { steps: 8 },
  { type: 'later' },
  { steps: 99 },
];

describe('the recorded conversation of a render', () => {
  it('is what the dialect says today, byte for byte', async () => {
    const text = await recordConversation({ dialect: musicRenderDialect, socket, kind: 'music', script: SCRIPT });
    await expect(text).toMatchFileSnapshot(FIXTURE);
    expect(text.trimEnd().split('\n').at(-1)).toBe('× 1000');
  });

  it('holds the stages in order and the result, each with the fields it is to have and no others', () => {
    const heard = messagesOf(new URL(FIXTURE, import.meta.url), '←');
    for (const message of heard) {
      const parsed = serverMessageSchema.parse(message);
      expect(parsed).toEqual(message);
      const at = parsed.type === 'result' ? parsed.data.timestamp : parsed.timestamp;
      expect(new Date(at).toISOString()).toBe(at);
    }
    expect([...new Set(heard.map(({ stage, type }) => stage ?? type))]).toEqual([
      ...['connected', 'validating', 'validated', 'generating', 'processing', 'saving', 'extracting', 'complete'],
      'result',
    ]);
    const keys = Object.keys(z.record(z.string(), z.unknown()).parse(heard.at(-1)?.data)).sort();
    expect(keys).toEqual([
      ...['composition_plan', 'content_type', 'download_url', 'file_path', 'file_size_bytes', 'filename'],
      ...['request_id', 'song_metadata', 'stream_url', 'timestamp'],
    ]);
  });

  it('is read as it was meant', () => {
    const [render] = messagesOf(new URL(FIXTURE, import.meta.url), '→');
    expect(shownPlan(readRenderMessage(JSON.stringify(render)))).toEqual(PLAN);
    const untyped = { composition_plan: { composition_plan: { ...PLAN, title: undefined }, song_metadata: PLAN } };
    expect(shownPlan(readRenderMessage(JSON.stringify(untyped)))).toEqual(PLAN);
    const [section] = PLAN.sections;
    const bare = { sections: [{ section_name: section?.section_name, duration_ms: 5_000.7, mood: 'extra' }], key: 1 };
    expect(readPlan(bare)).toEqual({
      positiveStyles: [],
      negativeStyles: [],
      sections: [{ name: 'Intro', durationMs: 5_000, positiveStyles: [], negativeStyles: [], lines: [] }],
    });
  });
});

describe('file names', () => {
  it.each([
    ['Night  Walk, No. 1!', 'night_walk_no_1'],
    ['', 'track'],
    ['   ', 'track'],
    ['夜の歌', 'track'],
    ['../../etc/passwd', 'etcpasswd'],
    ['a-b_c', 'a-b_c'],
    ['x'.repeat(80), 'x'.repeat(50)],
  ])('%j becomes %s', (title, stem) => {
    expect(stemOf(title)).toBe(stem);
  });
});
