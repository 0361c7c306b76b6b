import { createRaster, type Raster } from './raster.js';
import type { Grade } from './styles.js';

/** The colours of a picture in the manner of a style. */
export function grade(picture: Raster, how: Grade): Raster {
  const squared = how.blocks === undefined ? picture : blocks(picture, how.blocks);
  const graded = createRaster(picture.width, picture.height);
  const tone = createTone(how);
  const pixel: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < graded.data.length; at += 3) {
    pixel[0] = squared.data[at] ?? 0;
    pixel[1] = squared.data[at + 1] ?? 0;
    pixel[2] = squared.data[at + 2] ?? 0;
    tone(pixel);
    graded.data[at] = clamp(pixel[0]);
    graded.data[at + 1] = clamp(pixel[1]);
    graded.data[at + 2] = clamp(pixel[2]);
  }
  return how.outline === undefined ? graded : outline(graded, picture, how.outline);
}

function createTone({ saturation = 1, contrast = 1, gamma = 1, tint, duotone, levels }: Grade) {
  return (pixel: [number, number, number]) => {
    const light = 0.3 * pixel[0] + 0.59 * pixel[1] + 0.11 * pixel[2];
    const dark = (clamp((light - 128) * contrast + 128) / 255) ** gamma;
    for (let c = 0; c < 3; c++) {
      let value = light + ((pixel[c] ?? 0) - light) * saturation;
      value = (value - 128) * contrast + 128;
      if (gamma !== 1) value = 255 * (clamp(value) / 255) ** gamma;
      if (duotone) {
        const low = duotone[0][c] ?? 0;
        value = low + ((duotone[1][c] ?? 0) - low) * dark;
      }
      if (tint) value += ((tint[c] ?? 0) - value) * tint[3];
      if (levels) value = (Math.round((clamp(value) / 255) * (levels - 1)) / (levels - 1)) * 255;
      pixel[c] = value;
    }
  };
}

/** Squares of one colour each, the mean of what they cover. */
function blocks(picture: Raster, across: number): Raster {
  const { width, height, data } = picture;
  const side = Math.max(1, Math.round(Math.min(width, height) / across));
  const squared = createRaster(width, height);
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const right = Math.min(width, left + side);
      const bottom = Math.min(height, top + side);
      const sum = [0, 0, 0] as [number, number, number];
      for (let y = top; y < bottom; y++) {
        for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
          sum[0] += data[at] ?? 0;
          sum[1] += data[at + 1] ?? 0;
          sum[2] += data[at + 2] ?? 0;
        }
      }
      const count = (right - left) * (bottom - top);
      for (let y = top; y < bottom; y++) {
        for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
          squared.data[at] = sum[0] / count;
          squared.data[at + 1] = sum[1] / count;
          squared.data[at + 2] = sum[2] / count;
        }
      }
    }
  }
  return squared;
}

/** Darkens where the brightness of `source` changes fast. */
function outline(picture: Raster, source: Raster, strength: number): Raster {
  const { width, height, data } = source;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * 3;
      let slope = 0;
      for (let c = 0; c < 3; c++) {
        slope += Math.abs((data[at + 3 + c] ?? 0) - (data[at - 3 + c] ?? 0));
        slope += Math.abs((data[at + width * 3 + c] ?? 0) - (data[at - width * 3 + c] ?? 0));
      }
      const line = 1 - strength * Math.min(1, Math.max(0, slope - 30) / 160);
      for (let c = 0; c < 3; c++) picture.data[at + c] = (picture.data[at + c] ?? 0) * line;
    }
  }
  return picture;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
