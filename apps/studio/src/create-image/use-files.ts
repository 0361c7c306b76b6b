import { useClient } from '@rendercast/client/react';
import { useCallback, useMemo, useState } from 'react';
import { useToast } from '../parts/toast.js';
import { bytes } from '../shell/format.js';
import { wordsOf } from '../shell/words.js';
import type { ImageDraft } from './draft.js';
import type { Zone } from './drop-zone.js';
import { withParameters } from './take-parameters.js';

/** Larger files are not read for their parameters: no picture that a browser can show is. */
const MOST_BYTES = 100_000_000;

/** What can be done with a file that a person brings. */
export interface Files {
  /** For `DropZones`. */
  zones: readonly Zone[];
  /** A start image is on its way to the server. */
  sending: boolean;
  startFrom: (file: File) => void;
  takeParameters: (file: File) => void;
}

/** Starts from pictures, and takes the parameters out of finished ones. */
export function useFiles(onDraft: (change: (draft: ImageDraft) => ImageDraft) => void): Files {
  const client = useClient();
  const toast = useToast();
  const [sending, setSending] = useState(false);

  const startFrom = useCallback(
    (file: File) => {
      async function send(): Promise<void> {
        setSending(true);
        try {
          const { id, name } = await client.upload(file);
          onDraft((before) => ({ ...before, start: { artifactId: id, name } }));
        } catch (error) {
          toast({ tone: 'bad', words: wordsOf(error) });
        } finally {
          setSending(false);
        }
      }
      if (file.type.startsWith('image/')) void send();
      else toast({ tone: 'bad', words: 'Only a picture can be started from: PNG, JPEG or WebP.' });
    },
    [client, onDraft, toast],
  );

  const takeParameters = useCallback(
    (file: File) => {
      readParameters(file).then(
        (found) => {
          if (typeof found === 'string') return toast({ tone: 'bad', words: found });
          onDraft((before) => withParameters(before, found));
          toast({ tone: 'good', words: `The form has the parameters of ${file.name}.` });
        },
        () => toast({ tone: 'bad', words: `${file.name} could not be read.` }),
      );
    },
    [onDraft, toast],
  );

  const zones = useMemo(
    (): Zone[] => [
      {
        title: 'Use its parameters',
        words: 'Prompt, size, steps, seed: what the file says about itself.',
        icon: 'edit',
        onFile: takeParameters,
      },
      {
        title: 'Start from it',
        words: 'The picture is the beginning of the next one.',
        icon: 'image',
        onFile: startFrom,
      },
    ],
    [takeParameters, startFrom],
  );

  return { zones, sending, startFrom, takeParameters };
}

/** The parameters that a picture carries, or words for why there are none. The reader is loaded when it is needed. */
async function readParameters(file: File): Promise<Record<string, unknown> | string> {
  if (file.size > MOST_BYTES) return `${file.name} is ${bytes(file.size)}: too big to be looked into.`;
  const { inspectFile } = await import('@rendercast/client/inspect');
  const { format, recipe } = await inspectFile(new Uint8Array(await file.arrayBuffer()));
  if (recipe?.kind === 'image') return { ...recipe.request, ...seedOf(recipe.parameters) };
  if (recipe !== null) return `${file.name} is a song: it holds no parameters of a picture.`;
  return format === null
    ? `${file.name} is nothing that carries parameters. PNG, JPEG and WebP pictures do.`
    : `${file.name} does not say how it was made.`;
}

/** The seed of this very picture, where the request only has the first one's, or none. */
function seedOf({ seed }: Readonly<Record<string, unknown>>): { seed?: number } {
  return typeof seed === 'number' ? { seed } : {};
}
