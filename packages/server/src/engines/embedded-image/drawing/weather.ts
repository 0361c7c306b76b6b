import { COLOURS, mix, toHex } from '../colour.js';
import type { Scene } from '../prompt/composition.js';
import type { Palette } from './palette.js';
import { ellipse, n, rect } from './pen.js';

/** What falls or drifts in front of everything. */
export function drawWeather(scene: Scene, palette: Palette): string {
  const { width, height, weather } = scene;
  const random = scene.random.fork('weather');
  const unit = Math.min(width, height);
  const pale = toHex(mix(COLOURS.white, palette.haze, 0.3));
  switch (weather) {
    case null:
      return '';
    case 'rain': {
      const drops = Array.from({ length: 170 }, () => {
        const long = unit * random.between(0.02, 0.05);
        return `M${n(random.between(-0.05, 1.05) * width)} ${n(random.between(-0.05, 1) * height)} l ${n(-long * 0.25)} ${n(long)}`;
      });
      return `<path d="${drops.join(' ')}" stroke="${pale}" stroke-width="${n(Math.max(0.8, unit * 0.0026))}" stroke-linecap="round" opacity="0.55" fill="none"/>`;
    }
    case 'snow':
      return Array.from({ length: 130 }, () => {
        const size = unit * random.between(0.002, 0.0085);
        return ellipse(
          random.between(0, width),
          random.between(0, height),
          size,
          size,
          pale,
          `opacity="${n(random.between(0.55, 0.95))}"`,
        );
      }).join('');
    case 'fog':
      return (
        Array.from({ length: 5 }, (_, index) => {
          const y =
            scene.horizon + (height - scene.horizon) * (index / 5 - 0.35) + random.between(-0.03, 0.03) * height;
          return ellipse(
            random.between(0.2, 0.8) * width,
            y,
            width * random.between(0.5, 0.8),
            height * 0.06,
            pale,
            'opacity="0.28"',
          );
        }).join('') + rect(0, 0, width, height, pale, 'opacity="0.14"')
      );
  }
}
