import * as z from 'zod';

/** What an attempt saves before its prompt leaves the house: enough for the next one to find it again. */
const savedPromptSchema = z.object({
  promptId: z.uuid(),
  /** The socket's id: news of the prompt go to it alone. */
  clientId: z.uuid(),
  /** What its outputs are made of, and which nodes hand them in. */
  parameters: z.record(z.string(), z.json()),
  outputs: z.array(z.string()).nullable(),
});
export type SavedPrompt = z.infer<typeof savedPromptSchema>;

/** Null: nothing was saved, or by a version that wrote it otherwise. */
export function readSavedPrompt(handle: unknown): SavedPrompt | null {
  return savedPromptSchema.safeParse(handle).data ?? null;
}
