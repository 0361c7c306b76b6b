import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMailbox } from './mailbox.js';

describe('a mailbox', () => {
  it('gives facts in order and once, levels the newest of each key and after the facts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constant('fact'), fc.constantFrom('a', 'b'))), async (puts) => {
        const mailbox = createMailbox<string>();
        const facts: string[] = [];
        const newest = new Map<string, string>();
        for (const [index, kind] of puts.entries()) {
          const item = `${kind} ${index}`;
          if (kind === 'fact') {
            mailbox.put(item);
            facts.push(item);
          } else {
            mailbox.replace(kind, item);
            newest.delete(kind);
            newest.set(kind, item);
          }
        }
        const expected = [...facts, ...newest.values()];
        const taken: string[] = [];
        for (let count = 0; count < expected.length; count += 1) taken.push(await mailbox.take());
        expect(taken).toEqual(expected);
      }),
    );
  });

  it('wakes a reader that waits', async () => {
    const mailbox = createMailbox<number>();
    const taken = mailbox.take();
    mailbox.put(1);
    expect(await taken).toBe(1);
  });

  it('fails after what is in it', async () => {
    const mailbox = createMailbox<number>();
    mailbox.put(1);
    mailbox.fail(new Error('gone'));
    expect(await mailbox.take()).toBe(1);
    await expect(mailbox.take()).rejects.toThrow('gone');
  });

  it('lets go of a reader whose signal aborts, and keeps what comes later', async () => {
    const mailbox = createMailbox<number>();
    const controller = new AbortController();
    const taken = mailbox.take(controller.signal);
    controller.abort(new Error('enough'));
    await expect(taken).rejects.toThrow('enough');
    mailbox.put(2);
    expect(await mailbox.take()).toBe(2);
  });
});
