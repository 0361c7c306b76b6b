export { createEmbeddedImage } from './embedded-image.js';
