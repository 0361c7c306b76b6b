import { COLOURS, type Colour, colour, lighter, mix, toHex } from '../colour.js';
import type { Scene } from '../prompt/composition.js';
import { type Brush, inSeason, land, wave } from './land.js';
import type { Palette } from './palette.js';
import { ellipse, n, type Pen, path } from './pen.js';
import { moonscape, plainFloor, room, skyline, street, underwater } from './places.js';
import { grass } from './plants.js';
import { beach, cloudSea, furrows, lake, roadway, sea } from './waters.js';

/** Everything from the horizon down, far to near. */
export function drawGround(scene: Scene, palette: Palette, pen: Pen): string {
  const random = scene.random.fork('ground');
  const brush: Brush = { scene, palette, pen, random };
  return far(brush) + near(brush);
}

/** What the prompt wants to see behind the ground. */
function far(brush: Brush): string {
  switch (brush.scene.backdrop) {
    case 'mountains':
      return peaks(brush);
    case 'city':
      return skyline(brush);
    case 'forest':
      return woods(brush);
    default:
      return '';
  }
}

function near(brush: Brush): string {
  const { scene } = brush;
  const green = land(brush, colour(105, 0.4, 0.4));
  const lush = scene.season === 'winter' ? '' : tufts(brush);
  switch (scene.ground) {
    case 'space':
      return scene.items.some(({ rest }) => rest === 'ground') ? moonscape(brush) : '';
    case 'room':
      return room(brush);
    case 'plain':
      return plainFloor(brush);
    case 'underwater':
      return underwater(brush);
    case 'clouds':
      return cloudSea(brush);
    case 'sea':
      return sea(brush);
    case 'beach':
      return beach(brush);
    case 'lake':
      return (scene.backdrop === null ? hillsBehind(brush) : '') + lake(brush) + lush;
    case 'mountains':
      return peaks(brush) + ridges(brush, land(brush, colour(125, 0.32, 0.36)), 3) + lush;
    case 'city':
      return skyline(brush) + street(brush);
    case 'road':
      return ridges(brush, green, 3) + roadway(brush);
    case 'farm':
      return ridges(brush, green, 3) + furrows(brush) + lush;
    case 'forest':
      return woods(brush) + ridges(brush, land(brush, colour(125, 0.34, 0.3)), 2) + lush;
    case 'desert':
      return ridges(brush, land(brush, colour(36, 0.6, 0.62)), 3);
    case 'snowland':
      return peaks(brush) + ridges(brush, land(brush, colour(212, 0.35, 0.9)), 3);
    case 'hills':
    case 'meadow':
      return ridges(brush, green, scene.ground === 'hills' ? 4 : 2) + lush;
  }
}

/** Low hills on the far shore. */
function hillsBehind({ scene, palette, pen, random }: Brush): string {
  const { width, height, horizon } = scene;
  const tone = mix(inSeason(colour(125, 0.32, 0.34), scene), palette.haze, palette.night ? 0.25 : 0.5);
  return [0.5, 0]
    .map((back) =>
      path(
        wave(random, width, height, horizon - height * (0.03 + 0.06 * back), height * 0.07),
        pen.gradient(mix(tone, palette.haze, back * 0.6), tone),
      ),
    )
    .join('');
}

/** Rolling lines one behind the other; the far ones fade into the haze. */
function ridges({ scene, palette, pen, random }: Brush, near: Colour, count: number): string {
  const { width, height, horizon } = scene;
  return Array.from({ length: count }, (_, index) => {
    const depth = count === 1 ? 1 : index / (count - 1);
    const top = horizon + (height - horizon) * (depth * 0.42 - 0.06);
    const swell = (height - horizon) * (0.24 - 0.1 * depth);
    const fill = mix(near, palette.haze, 0.66 * (1 - depth) ** 1.2);
    return path(
      wave(random, width, height, top, swell),
      pen.gradient(lighter(fill, 0.07), lighter(fill, (palette.night ? -0.06 : -0.12) * depth - 0.03)),
    );
  }).join('');
}

function peaks({ scene, palette, pen, random }: Brush): string {
  const { width, horizon } = scene;
  const snow = mix(COLOURS.white, palette.haze, palette.night ? 0.45 : 0.2);
  const rock = palette.night
    ? mix(colour(234, 0.4, 0.15), palette.haze, 0.12)
    : mix(colour(228, 0.26, 0.42), palette.haze, 0.3);
  const fade = palette.night ? 0.3 : 0.6;
  const count = 5;
  return Array.from({ length: count }, (_, index) => {
    const x = width * ((index + random.between(0.1, 0.9)) / count);
    const tall = horizon * random.between(0.34, 0.62);
    const half = tall * random.between(0.7, 0.95);
    const top = horizon * 1.04 - tall;
    const foot = horizon * 1.1;
    const tone = mix(rock, palette.haze, index % 2 === 0 ? fade * 0.55 : 0.05);
    const cap = tall * 0.3;
    const slope = half / (foot - top);
    return [
      path(
        `M${n(x - half)} ${n(foot)} L${n(x)} ${n(top)} L${n(x + half)} ${n(foot)} Z`,
        pen.gradient(tone, mix(tone, palette.haze, fade)),
      ),
      path(
        `M${n(x)} ${n(top)} L${n(x + half)} ${n(foot)} L${n(x + half * 0.2)} ${n(foot)} L${n(x - half * 0.08)} ${n(top + tall * 0.5)} Z`,
        pen.gradient(lighter(tone, -0.08), mix(tone, palette.haze, fade)),
        'opacity="0.7"',
      ),
      path(
        `M${n(x)} ${n(top)} L${n(x - cap * slope)} ${n(top + cap)} L${n(x - cap * slope * 0.4)} ${n(top + cap * 0.78)} L${n(x)} ${n(top + cap * 1.15)} L${n(x + cap * slope * 0.45)} ${n(top + cap * 0.75)} L${n(x + cap * slope)} ${n(top + cap)} Z`,
        toHex(snow),
      ),
    ].join('');
  }).join('');
}

function woods({ scene, palette, pen, random }: Brush): string {
  const { width, height, horizon } = scene;
  return [0.6, 0.3]
    .map((fade) => {
      const tone = mix(inSeason(colour(145, 0.36, palette.night ? 0.14 : 0.26), scene), palette.haze, fade);
      return Array.from({ length: 16 }, (_, index) => {
        const x = width * ((index + random.between(-0.3, 0.3)) / 15);
        const tall = height * random.between(0.2, 0.34) * (1.3 - fade);
        const foot = horizon + height * 0.06;
        const half = tall * 0.24;
        return path(
          `M${n(x)} ${n(foot - tall)} L${n(x + half * 0.6)} ${n(foot - tall * 0.55)} L${n(x + half * 0.4)} ${n(foot - tall * 0.55)} L${n(x + half)} ${n(foot)} L${n(x - half)} ${n(foot)} L${n(x - half * 0.4)} ${n(foot - tall * 0.55)} L${n(x - half * 0.6)} ${n(foot - tall * 0.55)} Z`,
          pen.gradient(lighter(tone, 0.04), lighter(tone, -0.05)),
        );
      }).join('');
    })
    .join('');
}

/** Grass and a few flowers in the foreground. */
function tufts(brush: Brush): string {
  const { scene, random } = brush;
  const { width, height, horizon } = scene;
  const green = land(brush, colour(105, 0.4, 0.4));
  const unit = Math.min(width, height);
  return Array.from({ length: 46 }, (_, index) => {
    const down = ((index + random.next()) / 46) ** 0.8;
    const y = horizon + (height - horizon) * (0.45 + 0.6 * down);
    const x = random.between(-0.02, 1.02) * width;
    const size = unit * (0.014 + 0.034 * down) * random.between(0.7, 1.3);
    const fill = toHex(lighter(green, random.between(-0.1, 0.07)));
    const bloom = random.chance(0.16)
      ? ellipse(
          0,
          -size,
          size * 0.16,
          size * 0.16,
          toHex(random.pick([COLOURS.white, COLOURS.yellow, COLOURS.pink])),
          'opacity="0.85"',
        )
      : '';
    return `<g transform="translate(${n(x)} ${n(y)})">${grass(random.between, size, fill)}${bloom}</g>`;
  }).join('');
}
