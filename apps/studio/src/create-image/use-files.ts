import { useClient } from '@rendercast/client/react';
import { useCallback, useMemo, useState } from 'react';
import { readRecipe } from '../job/read-recipe.js';
import type { Zone } from '../parts/drop-zone.js';
import { useToast } from '../parts/toast.js';
import { wordsOf } from '../shell/words.js';
import type { ImageDraft } from './draft.js';
import { withParameters } from './take-parameters.js';

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

/** The parameters that a picture carries, or words for why there are none. */
async function readParameters(file: File): Promise<Record<string, unknown> | string> {
  const recipe = await readRecipe(file);
  if (typeof recipe === 'string') return recipe;
  if (recipe.kind === 'image') return { ...recipe.request, ...seedOf(recipe.parameters) };
  return `${file.name} is a song: it holds no parameters of a picture. Create music reads it.`;
}

/** The seed of this very picture, where the request only has the first one's, or none. */
function seedOf({ seed }: Readonly<Record<string, unknown>>): { seed?: number } {
  return typeof seed === 'number' ? { seed } : {};
}
