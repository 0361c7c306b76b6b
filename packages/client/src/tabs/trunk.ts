import { decodePreview, decodeServerMessage } from '@rendercast/protocol/dialects/native/decode';
import type { ClientMessageInput, ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import type { Level } from '@rendercast/protocol/events';
import type { Wants } from '../subscription.js';
import { OPEN, type SocketLike } from '../transports/socket.js';
import { createTrunkTopics, type Topic } from './trunk-topics.js';

/** A line as its trunk sees it. */
export interface TrunkLine {
  hear(data: string | ArrayBuffer): void;
  gone(code: number): void;
}

/** One socket to the server that several lines speak through. */
export interface Trunk {
  /** Takes a line in; it is welcomed when the server has welcomed us. */
  join(line: TrunkLine): void;
  say(line: TrunkLine, message: ClientMessageInput): void;
  leave(line: TrunkLine): void;
  close(): void;
}

/** A ping that is not answered within this ends the trunk: sooner than its lines would give up one by one. */
const PONG_MS = 4_000;
/** The close code of a line that went dead. */
const DEAD_CODE = 1006;

/**
 * Makes the trunk over a socket that is being opened. It says `hello` once. Each line subscribes as if it were alone; what
 * several follow is asked of the server once, from where the one that is furthest behind stands. Readers drop what they
 * have seen, so hearing a part again does no harm, and nobody misses any.
 */
export function createTrunk(socket: SocketLike, hello: string, over: () => void): Trunk {
  const lines = new Set<TrunkLine>();
  const pings = new Map<TrunkLine, string | null>();
  const topics = createTrunkTopics<TrunkLine>(send);
  let welcome: string | null = null;
  let pingedAtMs: number | null = null;
  let verdict: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function send(message: ClientMessageInput): void {
    if (socket.readyState === OPEN) socket.send(JSON.stringify(message));
  }

  function end(code: number): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(verdict);
    socket.close(1000);
    over();
    for (const line of [...lines]) line.gone(code);
  }

  function tellAll(text: string): void {
    for (const line of [...lines]) line.hear(text);
  }

  function tell(topic: Topic<TrunkLine> | undefined, data: string | ArrayBuffer, level?: Level): void {
    for (const [line, wants] of topic?.members ?? [])
      if (level === undefined || isWanted(level, wants)) line.hear(data);
  }

  function received(message: ServerMessage, text: string): void {
    switch (message.type) {
      case 'welcome':
        welcome = text;
        return tellAll(text);
      case 'pong':
        for (const [line, ref] of pings) line.hear(JSON.stringify({ ...message, ref }));
        return pings.clear();
      case 'error': {
        const asked = topics.refused(message.ref);
        if (asked === null) return tellAll(text);
        return asked.line?.hear(JSON.stringify({ ...message, ref: asked.ref }));
      }
      case 'subscribed': {
        const { asked, topic } = topics.answered(message);
        if (asked === null) return tell(topic, text);
        asked.line?.hear(JSON.stringify({ ...message, ref: asked.ref }));
        if (message.snapshot === null) return;
        // The stream starts over from this snapshot: who stands behind it finds out, and asks for what is between.
        const news = JSON.stringify({ ...message, type: 'snapshot', ref: undefined });
        for (const line of topic.members.keys()) if (line !== asked.line) line.hear(news);
        return;
      }
      case 'level':
        return tell(topics.get(message.topic), text, message.level);
      case 'event':
      case 'reset':
      case 'snapshot':
        return tell(topics.moved(message), text);
      default: // `draining` concerns all
        return tellAll(text);
    }
  }

  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => socket.send(hello));
  socket.addEventListener('error', () => undefined); // `close` follows and tells as much
  socket.addEventListener('close', ({ code }) => end(code));
  socket.addEventListener('message', ({ data }) => {
    if (isOver) return;
    clearTimeout(verdict);
    pingedAtMs = null;
    if (typeof data === 'string') {
      const message = decodeServerMessage(data);
      if (message !== null) received(message, data);
      topics.tidy();
    } else if (data instanceof ArrayBuffer) {
      const header = decodePreview(new Uint8Array(data))?.header;
      if (header !== undefined) tell(topics.get(header.topic), data, header.level);
    }
  });

  return {
    join(line) {
      lines.add(line);
      if (isOver) line.gone(DEAD_CODE);
      else if (welcome !== null) line.hear(welcome);
    },
    say(line, message) {
      if (message.type === 'subscribe') topics.ask(line, message);
      else if (message.type === 'unsubscribe') topics.leave(line, message.topic);
      else if (message.type === 'ping') {
        pings.set(line, message.ref ?? null);
        if (pingedAtMs !== null) return;
        pingedAtMs = performance.now();
        verdict = setTimeout(() => end(DEAD_CODE), PONG_MS);
        send({ type: 'ping' });
      }
    },
    leave(line) {
      lines.delete(line);
      pings.delete(line);
      topics.leave(line);
      // Timers of a hidden tab may come late; a line that gives up its ping is as good as one.
      const isDeaf = pingedAtMs !== null && performance.now() - pingedAtMs >= PONG_MS;
      if (isDeaf || lines.size === 0) end(DEAD_CODE);
    },
    close: () => end(DEAD_CODE),
  };
}

function isWanted(level: Level, { levels, previews }: Wants): boolean {
  return level.kind === 'preview' ? previews !== 'none' : levels;
}
