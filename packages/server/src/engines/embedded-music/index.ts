export { createEmbeddedMusic } from './embedded-music.js';
