/** Models of the service. `music_v1` takes plans of sections, the others plans of chunks. */
export const MODELS = ['music_v2', 'music_v2_5', 'music_v1'] as const;
export type Model = (typeof MODELS)[number];

export const isModel = (name: string): name is Model => (MODELS as readonly string[]).includes(name);

/** How models are called to people. */
export const MODEL_TITLES: Record<Model, string> = {
  music_v2: 'Eleven Music v2',
  music_v2_5: 'Eleven Music v2.5',
  music_v1: 'Eleven Music v1 (deprecated by the service)',
};
