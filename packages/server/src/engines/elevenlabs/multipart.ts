/** What a multipart body brings, in order: the head of each part, then its bytes as they come. */
export type PartEvent = { part: Record<string, string> } | { bytes: Uint8Array };

/** Longest line that belongs to the frame, in bytes. */
const MAX_LINE_BYTES = 8_192;

/** A body that ends before its last boundary, or is no multipart body at all. */
export class BrokenMultipart extends Error {
  override readonly name = 'BrokenMultipart';
}

/** The boundary that a content type names; null: it names none, then the first line does. */
export function boundaryOf(contentType: string): string | null {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/**
 * Takes a multipart body apart as bytes: sound is no text. Lines end with CRLF or LF, the same throughout; a boundary may
 * be split over any two chunks; the line end before a boundary belongs to the boundary.
 *
 * @throws BrokenMultipart when the last boundary never comes
 */
export async function* readMultipart(
  body: AsyncIterable<Uint8Array>,
  boundary: string | null,
): AsyncGenerator<PartEvent> {
  const input = createInput(body);
  try {
    yield* readParts(input, boundary);
  } finally {
    await input.close();
  }
}

async function* readParts(input: Input, boundary: string | null): AsyncGenerator<PartEvent> {
  const first = await input.line();
  const mark = boundary ?? first.text.trimEnd().slice(2);
  if (!first.text.startsWith('--') || mark === '' || first.text.trimEnd() !== `--${mark}`)
    throw new BrokenMultipart('the body does not begin with a boundary');
  const delimiter = Buffer.from(`${first.end}--${mark}`, 'latin1');
  const { end } = first;
  for (;;) {
    yield { part: await readHead(input) };
    const next = yield* readPart(input, delimiter, end);
    if (next === 'last') break;
  }
  await input.drain();
}

async function readHead(input: Input): Promise<Record<string, string>> {
  const head: Record<string, string> = {};
  for (;;) {
    const { text } = await input.line();
    if (text === '') return head;
    const colon = text.indexOf(':');
    if (colon > 0) head[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
}

/** Passes the bytes of a part on up to the boundary after it; answers whether another part follows. */
async function* readPart(input: Input, delimiter: Buffer, end: string): AsyncGenerator<PartEvent, 'next' | 'last'> {
  for (;;) {
    const at = input.held().indexOf(delimiter);
    if (at < 0) {
      // What might be the beginning of a boundary is held back until it can be told.
      const sure = Math.max(0, input.held().length - delimiter.length + 1);
      if (sure > 0) yield { bytes: input.take(sure) };
      if (!(await input.more())) throw new BrokenMultipart('the body ends before its last boundary');
      continue;
    }
    const after = input.held().subarray(at + delimiter.length);
    if (after.length < 2 && (await input.more())) continue;
    const follows = after.toString('latin1', 0, 2);
    if (follows === '--' || follows.startsWith(end)) {
      if (at > 0) yield { bytes: input.take(at) };
      input.take(delimiter.length + (follows === '--' ? 2 : end.length));
      return follows === '--' ? 'last' : 'next';
    }
    if (after.length < 2) throw new BrokenMultipart('the body ends before its last boundary');
    yield { bytes: input.take(at + 1) }; // looks like a boundary and is sound
  }
}

interface Input {
  /** What has come and is not taken yet. */
  held(): Buffer;
  take(count: number): Buffer;
  /** Waits for more; false: that was all. */
  more(): Promise<boolean>;
  line(): Promise<{ text: string; end: '\r\n' | '\n' }>;
  /** Reads what is left, and lets it go. */
  drain(): Promise<void>;
  /** Lets go of the source, wherever it stands. */
  close(): Promise<void>;
}

function createInput(body: AsyncIterable<Uint8Array>): Input {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const take = (count: number): Buffer => {
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    return taken;
  };
  async function more(): Promise<boolean> {
    const next = await source.next();
    if (next.done === true) return false;
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
    return true;
  }
  return {
    held: () => held,
    take,
    more,
    async line() {
      for (;;) {
        const at = held.indexOf(0x0a);
        if (at >= 0) {
          const text = take(at + 1).toString('utf8', 0, at);
          return text.endsWith('\r') ? { text: text.slice(0, -1), end: '\r\n' } : { text, end: '\n' };
        }
        if (held.length > MAX_LINE_BYTES || !(await more())) throw new BrokenMultipart('a line has no end');
      }
    },
    async drain() {
      held = Buffer.alloc(0);
      for (;;) if ((await source.next()).done === true) return;
    },
    close: async () => void (await source.return?.()),
  };
}
