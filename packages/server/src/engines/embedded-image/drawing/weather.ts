import { COLOURS, colour, mix, toHex } from '../colour.js';
import type { Scene } from '../prompt/composition.js';
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { ellipse, n, type Pen, rect } from './pen.js';

/** What falls or drifts in front of everything. */
export function drawWeather(scene: Scene, palette: Palette, pen: Pen): string {
  if (scene.ground === 'room' || scene.ground === 'underwater') return '';
  const random = scene.random.fork('weather');
  const mist = mix(COLOURS.white, palette.haze, 0.3);
  const pale = toHex(mist);
  switch (scene.weather) {
    case null:
      return drifting(scene, random);
    case 'rain':
      return rain(scene, random, pale, 170);
    case 'storm':
      return lightning(scene, random) + rain(scene, random, pale, 260);
    case 'snow':
      return snow(scene, random, pale);
    case 'fog':
      return fog(scene, random, pen.glow(mist, 0.9)) + rect(0, 0, scene.width, scene.height, pale, 'opacity="0.14"');
  }
}

function rain({ width, height }: Scene, random: Random, pale: string, count: number): string {
  const unit = Math.min(width, height);
  const drops = Array.from({ length: count }, () => {
    const long = unit * random.between(0.02, 0.05);
    return `M${n(random.between(-0.05, 1.05) * width)} ${n(random.between(-0.05, 1) * height)} l ${n(-long * 0.25)} ${n(long)}`;
  });
  return `<path d="${drops.join(' ')}" stroke="${pale}" stroke-width="${n(Math.max(0.8, unit * 0.0026))}" stroke-linecap="round" opacity="0.55" fill="none"/>`;
}

/** One bolt, from the clouds to the horizon, with branches. */
function lightning({ width, height, horizon, items }: Scene, random: Random): string {
  const middle = items[0]?.x ?? width / 2;
  let x = width * (middle > width / 2 ? random.between(0.14, 0.32) : random.between(0.68, 0.86));
  const points = [`M${n(x)} ${n(height * 0.02)}`];
  const branches: string[] = [];
  const steps = 9;
  for (let step = 1; step <= steps; step++) {
    x += random.between(-0.045, 0.045) * width;
    const y = height * 0.02 + ((horizon - height * 0.02) * step) / steps;
    points.push(`L${n(x)} ${n(y)}`);
    if (random.chance(0.4))
      branches.push(
        `M${n(x)} ${n(y)} l ${n(random.between(-0.09, 0.09) * width)} ${n(height * random.between(0.04, 0.09))}`,
      );
  }
  const thick = Math.min(width, height) * 0.007;
  const bolt = points.join(' ');
  const line = (stroke: string, wide: number, opacity: number, shape = bolt) =>
    `<path d="${shape}" fill="none" stroke="${stroke}" stroke-width="${n(wide)}" stroke-linejoin="round" stroke-linecap="round" opacity="${opacity}"/>`;
  const glow = toHex(colour(255, 0.8, 0.82));
  return (
    line(glow, thick * 5, 0.25) + line(glow, thick * 0.7, 0.8, branches.join(' ') || bolt) + line('#ffffff', thick, 1)
  );
}

function snow({ width, height }: Scene, random: Random, pale: string): string {
  const unit = Math.min(width, height);
  return Array.from({ length: 130 }, () => {
    const size = unit * random.between(0.002, 0.0085);
    const opacity = `opacity="${n(random.between(0.55, 0.95))}"`;
    return ellipse(random.between(0, width), random.between(0, height), size, size, pale, opacity);
  }).join('');
}

function fog({ width, height, horizon }: Scene, random: Random, mist: string): string {
  return Array.from({ length: 7 }, (_, index) => {
    const y = horizon + (height - horizon) * (index / 6 - 0.3) + random.between(-0.03, 0.03) * height;
    return ellipse(random.between(0.1, 0.9) * width, y, width * random.between(0.6, 0.95), height * 0.13, mist);
  }).join('');
}

/** Leaves of autumn and petals of spring. */
function drifting({ width, height, season, ground }: Scene, random: Random): string {
  if ((season !== 'autumn' && season !== 'spring') || ground === 'space' || ground === 'plain') return '';
  const unit = Math.min(width, height);
  const tones =
    season === 'autumn'
      ? ([COLOURS.orange, COLOURS.red, COLOURS.golden] as const)
      : ([COLOURS.pink, COLOURS.white, COLOURS.pink] as const);
  return Array.from({ length: season === 'autumn' ? 34 : 44 }, () => {
    const x = random.between(0, width);
    const y = random.between(0, height);
    const size = unit * random.between(0.006, 0.013) * (season === 'autumn' ? 1.2 : 0.8);
    const turn = `transform="rotate(${n(random.between(0, 180))} ${n(x)} ${n(y)})" opacity="0.9"`;
    return ellipse(x, y, size, size * 0.5, toHex(random.pick(tones)), turn);
  }).join('');
}
