import { factSchema, jobSchema, LIMITS, type LoggedFact, levelSchema } from '@rendercast/protocol';
import * as z from 'zod';
import type { CarriedLevel } from '../bus.js';

/**
 * A message between processes: 'R', version, kind, sender (8 bytes), then compact JSON. A preview has the length of its
 * JSON (4 bytes) before it and the picture behind it, as it is.
 */
export type Frame = { sender: string } & (
  | { kind: 'facts'; jobId: string; logged: LoggedFact[] }
  | { kind: 'level'; carried: CarriedLevel }
  /** Facts that are too large to be carried, or that this version cannot read: the log has them. */
  | { kind: 'look'; jobId: string }
  /** Somebody has begun to want previews of the job. */
  | { kind: 'wish'; jobId: string }
);

const MAGIC = 0x52;
const VERSION = 1;
const KIND = { facts: 1, level: 2, preview: 3, look: 4, wish: 5 } as const;
const SENDER_BYTES = 8;
const HEAD_BYTES = 3 + SENDER_BYTES;

/** Facts of one job that are longer are read from the log: a message that large would hold up all others. */
export const MAX_FACTS_BYTES = 256 * 1024;
const MAX_LEVEL_BYTES = 16 * 1024;

const loggedSchema = z.array(z.object({ fact: factSchema, job: jobSchema, cursor: z.int().min(0) })).min(1);
const ofJobSchema = z.object({ jobId: z.string() });
const carriedSchema = z.object({ jobId: z.string(), owner: z.string(), level: levelSchema });

/** What every frame of one process begins with. */
export interface Encoder {
  /** Facts of one job; those that are too long become a hint to look into the log. */
  facts(jobId: string, logged: readonly LoggedFact[]): Buffer;
  level(carried: CarriedLevel): Buffer;
  wish(jobId: string): Buffer;
}

/** @param sender Eight bytes that tell this process from all others. */
export function createEncoder(sender: Buffer): Encoder {
  const head = (kind: number): Buffer => Buffer.concat([Buffer.from([MAGIC, VERSION, kind]), sender], HEAD_BYTES);
  const heads = {
    facts: head(KIND.facts),
    level: head(KIND.level),
    preview: head(KIND.preview),
    look: head(KIND.look),
    wish: head(KIND.wish),
  };
  return {
    facts(jobId, logged) {
      const body = Buffer.from(JSON.stringify(logged));
      if (body.length <= MAX_FACTS_BYTES) return Buffer.concat([heads.facts, body]);
      return Buffer.concat([heads.look, Buffer.from(JSON.stringify({ jobId }))]);
    },
    level({ jobId, owner, level, preview }) {
      const body = Buffer.from(JSON.stringify({ jobId, owner, level }));
      if (preview === null) return Buffer.concat([heads.level, body]);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return Buffer.concat([heads.preview, length, body, preview.bytes]);
    },
    wish: (jobId) => Buffer.concat([heads.wish, Buffer.from(JSON.stringify({ jobId }))]),
  };
}

/** Who sent a frame, without reading it; null: it is none. */
export function senderOf(bytes: Buffer): string | null {
  if (bytes.length <= HEAD_BYTES || bytes[0] !== MAGIC || bytes[1] !== VERSION) return null;
  return bytes.toString('latin1', 3, HEAD_BYTES);
}

/** Reads a frame; null for anything that is none. Never throws. */
export function decodeFrame(bytes: Buffer): Frame | null {
  const sender = senderOf(bytes);
  if (sender === null) return null;
  const body = bytes.subarray(HEAD_BYTES);
  switch (bytes[2]) {
    case KIND.facts:
      return decodeFacts(sender, body);
    case KIND.level:
      return body.length > MAX_LEVEL_BYTES ? null : decodeLevel(sender, body, null);
    case KIND.preview:
      return decodePreview(sender, body);
    case KIND.look:
      return decodeOfJob(sender, 'look', body);
    case KIND.wish:
      return decodeOfJob(sender, 'wish', body);
    default:
      return null;
  }
}

function decodeOfJob(sender: string, kind: 'look' | 'wish', body: Buffer): Frame | null {
  const read = ofJobSchema.safeParse(parsed(body));
  return read.success ? { sender, kind, jobId: read.data.jobId } : null;
}

function decodeFacts(sender: string, body: Buffer): Frame | null {
  if (body.length > MAX_FACTS_BYTES) return null;
  const value = parsed(body);
  // As it came and not as the schema would hand it on: what a newer version adds is kept, as the store keeps it.
  if (loggedSchema.safeParse(value).success) {
    const logged = value as LoggedFact[];
    const jobId = logged[0]?.fact.jobId ?? '';
    return logged.every(({ fact, job }) => fact.jobId === jobId && job.id === jobId)
      ? { sender, kind: 'facts', jobId, logged }
      : null;
  }
  const named = z.array(z.object({ fact: ofJobSchema })).safeParse(value);
  const jobId = named.success ? named.data[0]?.fact.jobId : undefined;
  return jobId === undefined ? null : { sender, kind: 'look', jobId };
}

function decodeLevel(sender: string, body: Buffer, picture: Buffer | null): Frame | null {
  const read = carriedSchema.safeParse(parsed(body));
  if (!read.success) return null;
  const { jobId, owner, level } = read.data;
  if ((level.kind === 'preview') !== (picture !== null)) return null;
  const preview =
    level.kind === 'preview' && picture !== null
      ? { mediaType: level.mediaType, bytes: new Uint8Array(picture) } // a copy: the rest of the packet can go
      : null;
  if (level.kind === 'preview' && level.sizeBytes !== picture?.length) return null;
  return { sender, kind: 'level', carried: { jobId, owner, level, preview } };
}

function decodePreview(sender: string, body: Buffer): Frame | null {
  if (body.length < 4) return null;
  const end = 4 + body.readUInt32BE(0);
  const picture = body.subarray(end);
  if (end > body.length || end > MAX_LEVEL_BYTES || picture.length > LIMITS.previewBytes) return null;
  return decodeLevel(sender, body.subarray(4, end), picture);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
