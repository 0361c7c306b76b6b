import type { LoggedFact, PreviewBytes, View, ViewContext, ViewFrame } from '../../dialect.js';
import type { Level } from '../../events.js';
import { encodeFrame } from '../../frame.js';
import { formatPosition } from '../../position.js';
import type { PreviewHeader, ServerMessageOf } from './messages.js';
import { outwardFact, outwardLevel, type PreviewMode } from './outward.js';

/** The variant that a subscription with these previews belongs to; all its readers share frames. */
export function variantOf(previews: PreviewMode): string {
  return previews;
}

/**
 * Facts become `event` messages, levels `level` messages; with the variant `binary`, previews become binary
 * frames. The view keeps nothing between calls, so any part of a history may go through it at any time.
 */
export function createNativeView(context: ViewContext): View {
  return {
    fact: (logged) => [factFrame(context, logged)],
    level(jobId, level, preview) {
      if (level.kind !== 'preview') return [textLevel(context, jobId, level)];
      return context.variant === 'none' ? [] : [previewFrame(context, jobId, level, preview)];
    },
  };
}

function factFrame(context: ViewContext, { fact, cursor }: LoggedFact): ViewFrame {
  const message: ServerMessageOf<'event'> = {
    type: 'event',
    topic: context.topic,
    jobId: fact.jobId,
    position: formatPosition({ epoch: context.epoch, n: fact.seq }),
    cursor: formatPosition({ epoch: context.epoch, n: cursor }),
    fact: outwardFact(fact, context.fileUrl),
  };
  const position = 'job' in context.target ? message.position : message.cursor;
  return { frame: JSON.stringify(message), jobId: fact.jobId, position, of: 'fact' };
}

function textLevel(context: ViewContext, jobId: string, level: Level): ViewFrame {
  const outward = outwardLevel(jobId, level, context.fileUrl);
  const message: ServerMessageOf<'level'> = { type: 'level', topic: context.topic, jobId, level: outward };
  return { frame: JSON.stringify(message), jobId, position: null, of: level.kind };
}

function previewFrame(context: ViewContext, jobId: string, level: Level, preview: PreviewBytes | null): ViewFrame {
  // Without its picture a preview can still be fetched, so it leaves as text with an address.
  if (context.variant !== 'binary' || preview === null)
    return textLevel(context, jobId, outwardLevel(jobId, level, context.fileUrl));
  const header: PreviewHeader = { type: 'preview', topic: context.topic, jobId, level };
  return { frame: encodeFrame(header, preview.bytes), jobId, position: null, of: 'preview' };
}
