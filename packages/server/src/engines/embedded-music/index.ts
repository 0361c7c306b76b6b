export { createEmbeddedMusic, type EmbeddedMusicOptions } from './embedded-music.js';
export { DEFAULT_LENGTH_MS, planFromPrompt } from './plan/plan-from-prompt.js';
