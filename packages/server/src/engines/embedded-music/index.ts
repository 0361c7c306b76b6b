export { createEmbeddedMusic } from './embedded-music.js';
export { planFromPrompt } from './plan/plan-from-prompt.js';
