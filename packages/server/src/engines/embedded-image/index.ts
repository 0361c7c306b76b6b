export { createEmbeddedImage, type EmbeddedImageOptions } from './embedded-image.js';
