import type { CompositionPlan, MusicRequest } from '@rendercast/protocol/media';
import { useCallback } from 'react';
import { readRecipe } from '../job/read-recipe.js';
import { useToast } from '../parts/toast.js';

/** What a song tells of how it was made. */
export interface SongRecipe {
  plan: CompositionPlan;
  request: MusicRequest;
  /** Of this very song. */
  seed: number | null;
}

/** Takes plan, format and seed out of a finished song. */
export function useSongFile(onRecipe: (recipe: SongRecipe) => void): (file: File) => void {
  const toast = useToast();
  return useCallback(
    (file: File) => {
      readSong(file).then(
        (found) => {
          if (typeof found === 'string') return toast({ tone: 'bad', words: found });
          onRecipe(found);
          toast({ tone: 'good', words: `The plan is that of ${file.name}.` });
        },
        () => toast({ tone: 'bad', words: `${file.name} could not be read.` }),
      );
    },
    [toast, onRecipe],
  );
}

async function readSong(file: File): Promise<SongRecipe | string> {
  const recipe = await readRecipe(file);
  if (typeof recipe === 'string') return recipe;
  if (recipe.kind === 'image') return `${file.name} is a picture: it holds no plan of a song. Create image reads it.`;
  const { request, parameters } = recipe;
  if (request.plan === undefined) return `${file.name} was made from words alone: it holds no plan.`;
  const seed = parameters.seed ?? request.seed;
  return { plan: request.plan, request, seed: typeof seed === 'number' ? seed : null };
}
