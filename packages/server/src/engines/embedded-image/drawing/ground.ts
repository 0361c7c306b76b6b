import { type Colour, COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import type { Random } from '../random.js';
import type { Scene } from '../prompt/scene.js';
import type { Palette } from './palette.js';
import { ellipse, n, type Pen, path, rect } from './pen.js';
import { grass } from './plants.js';

/** Everything from the horizon down, far to near. */
export function drawGround(scene: Scene, palette: Palette, pen: Pen): string {
  const random = scene.random.fork('ground');
  const brush: Brush = { scene, palette, pen, random };
  switch (scene.ground) {
    case 'space':
      return scene.items.some((item) => item.y < scene.height * 0.9) ? moonscape(brush) : '';
    case 'room':
      return room(brush);
    case 'underwater':
      return underwater(brush);
    case 'sea':
      return sea(brush);
    case 'mountains':
      return peaks(brush) + ridges(brush, land(brush, colour(125, 0.32, 0.36)), 3) + tufts(brush);
    case 'city':
      return skyline(brush) + street(brush);
    case 'forest':
      return woods(brush) + ridges(brush, land(brush, colour(125, 0.34, 0.3)), 2) + tufts(brush);
    case 'desert':
      return ridges(brush, land(brush, colour(36, 0.6, 0.62)), 3);
    case 'snowland':
      return peaks(brush) + ridges(brush, land(brush, colour(212, 0.35, 0.9)), 3);
    case 'hills':
    case 'meadow':
      return ridges(brush, land(brush, colour(105, 0.4, 0.4)), scene.ground === 'hills' ? 4 : 2) + tufts(brush);
  }
}

interface Brush {
  scene: Scene;
  palette: Palette;
  pen: Pen;
  random: Random;
}

/** Colour of the near ground in this light, or the one asked for. */
function land({ scene, palette }: Brush, own: Colour): Colour {
  const asked = scene.groundColour ?? scene.colours[1] ?? null;
  const base =
    asked !== null
      ? COLOURS[asked]
      : scene.unwanted.has('colour:green') && own.hue > 80 && own.hue < 150
        ? colour(38, 0.4, 0.5)
        : own;
  if (scene.time === 'night')
    return mix(
      lighter(base, base.lightness > 0.7 ? -0.22 : -0.1),
      colour(236, 0.45, 0.24),
      asked === null ? 0.5 : 0.28,
    );
  return scene.time === 'sunset' ? mix(lighter(base, -0.08), palette.ambient, 0.16) : base;
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
      pen.gradient(lighter(fill, 0.07), lighter(fill, -0.12 * depth - 0.03)),
    );
  }).join('');
}

function wave(random: Random, width: number, height: number, top: number, swell: number): string {
  const bumps = 3 + random.int(2);
  let line = `M0 ${n(height + 1)} L0 ${n(top + random.between(-0.5, 0.5) * swell)}`;
  for (let bump = 1; bump <= bumps; bump++) {
    const x = (width * bump) / bumps;
    const step = width / bumps;
    const y = top + random.between(-0.5, 0.5) * swell;
    line += ` S ${n(x - step * 0.5)} ${n(y + random.between(-0.3, 0.3) * swell)} ${n(x)} ${n(y)}`;
  }
  return `${line} L${n(width)} ${n(height + 1)} Z`;
}

function peaks({ scene, palette, pen, random }: Brush): string {
  const { width, horizon } = scene;
  const snow = mix(COLOURS.white, palette.haze, palette.night ? 0.45 : 0.2);
  const rock = mix(colour(228, 0.26, palette.night ? 0.24 : 0.42), palette.haze, 0.3);
  const count = 5;
  return Array.from({ length: count }, (_, index) => {
    const x = width * ((index + random.between(0.1, 0.9)) / count);
    const tall = horizon * random.between(0.34, 0.62);
    const half = tall * random.between(0.7, 0.95);
    const top = horizon * 1.04 - tall;
    const foot = horizon * 1.1;
    const tone = mix(rock, palette.haze, index % 2 === 0 ? 0.35 : 0.05);
    const cap = tall * 0.3;
    const slope = half / (foot - top);
    return [
      path(
        `M${n(x - half)} ${n(foot)} L${n(x)} ${n(top)} L${n(x + half)} ${n(foot)} Z`,
        pen.gradient(tone, mix(tone, palette.haze, 0.6)),
      ),
      path(
        `M${n(x)} ${n(top)} L${n(x + half)} ${n(foot)} L${n(x + half * 0.2)} ${n(foot)} L${n(x - half * 0.08)} ${n(top + tall * 0.5)} Z`,
        pen.gradient(lighter(tone, -0.08), mix(tone, palette.haze, 0.62)),
        'opacity="0.7"',
      ),
      path(
        `M${n(x)} ${n(top)} L${n(x - cap * slope)} ${n(top + cap)} L${n(x - cap * slope * 0.4)} ${n(top + cap * 0.78)} L${n(x)} ${n(top + cap * 1.15)} L${n(x + cap * slope * 0.45)} ${n(top + cap * 0.75)} L${n(x + cap * slope)} ${n(top + cap)} Z`,
        toHex(snow),
      ),
    ].join('');
  }).join('');
}

function sea(brush: Brush): string {
  const { scene, palette, pen, random } = brush;
  const { width, height, horizon } = scene;
  const asked = scene.groundColour ?? scene.colours[1] ?? null;
  const water =
    asked === null ? mix(colour(204, 0.6, palette.night ? 0.18 : 0.4), palette.middle, 0.3) : COLOURS[asked];
  const lamp = scene.sky.find(({ what }) => what === 'moon' || what === 'sun');
  const light = lamp?.colour ? COLOURS[lamp.colour] : mix(palette.haze, COLOURS.white, 0.5);
  const glints = Array.from({ length: 70 }, (_, index) => {
    const down = (index + random.next()) / 70;
    const y = horizon + (height - horizon) * down ** 1.4;
    const under = lamp !== undefined && index % 2 === 0;
    const x = under ? lamp.x + (random.next() - 0.5) * lamp.radius * (1.2 + 3.5 * down) : random.between(0, width);
    const long = width * (0.008 + 0.03 * down) * random.between(0.6, 1.6);
    return ellipse(
      x,
      y,
      long,
      height * (0.0015 + 0.003 * down),
      toHex(under ? light : lighter(water, 0.16)),
      `opacity="${under ? 0.8 : 0.5}"`,
    );
  });
  const standing = scene.items.some((item) => item.y > horizon + (height - horizon) * 0.6);
  const shore = standing
    ? path(
        wave(random, width, height, horizon + (height - horizon) * 0.6, (height - horizon) * 0.16),
        pen.shade(land(brush, colour(40, 0.5, 0.68)), 0.06),
      )
    : '';
  return (
    rect(0, horizon, width, height - horizon + 1, pen.gradient(mix(water, palette.haze, 0.45), lighter(water, -0.08))) +
    glints.join('') +
    shore
  );
}

function skyline({ scene, palette, pen, random }: Brush): string {
  const { width, height, horizon } = scene;
  const rows = [0.55, 0.15] as const;
  return rows
    .map((fade) => {
      const tone = mix(colour(225, 0.25, palette.night ? 0.17 : 0.42), palette.haze, fade);
      const houses: string[] = [];
      for (let x = -width * 0.03; x < width; ) {
        const wide = width * random.between(0.05, 0.11);
        const tall = horizon * random.between(0.16, 0.5) * (0.6 + fade * 0.9);
        houses.push(
          rect(x, horizon - tall, wide, tall + height * 0.1, pen.gradient(tone, mix(tone, palette.haze, 0.35))),
        );
        const pane = wide / 7;
        for (let y = horizon - tall + pane; y < horizon - pane; y += pane * 2.2) {
          for (let column = 1; column < 6; column += 2) {
            if (random.chance(palette.night ? 0.45 : 0.25))
              houses.push(
                rect(
                  x + column * pane,
                  y,
                  pane,
                  pane * 1.1,
                  toHex(palette.night ? colour(44, 0.9, 0.66) : lighter(tone, 0.16)),
                  `opacity="${fade > 0.3 ? 0.5 : 0.9}"`,
                ),
              );
          }
        }
        x += wide * random.between(0.85, 1.1);
      }
      return houses.join('');
    })
    .join('');
}

function street(brush: Brush): string {
  const { scene, pen } = brush;
  const { width, height, horizon } = scene;
  const paving = land(brush, colour(225, 0.14, 0.42));
  const top = horizon + (height - horizon) * 0.12;
  const stripes = [0.62, 0.62].map((down, index) => {
    const y = top + (height - top) * down;
    const x = width * (index === 0 ? 0.12 : 0.62);
    return rect(x, y, width * 0.26, height * 0.012, toHex(lighter(paving, 0.2)), 'opacity="0.5"');
  });
  return (
    rect(0, top, width, height - top + 1, pen.gradient(lighter(paving, 0.1), lighter(paving, -0.08))) + stripes.join('')
  );
}

function woods({ scene, palette, pen, random }: Brush): string {
  const { width, height, horizon } = scene;
  return [0.6, 0.3]
    .map((fade) => {
      const tone = mix(colour(145, 0.36, palette.night ? 0.14 : 0.26), palette.haze, fade);
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

function underwater({ scene, palette, pen, random }: Brush): string {
  const { width, height } = scene;
  const deep =
    scene.groundColour === null ? colour(200, 0.65, palette.night ? 0.2 : 0.36) : COLOURS[scene.groundColour];
  const sand = mix(colour(40, 0.45, 0.62), deep, 0.45);
  const rays = Array.from({ length: 5 }, (_, index) => {
    const x = width * ((index + random.next()) / 5);
    const wide = width * random.between(0.04, 0.1);
    return path(
      `M${n(x)} 0 L${n(x + wide)} 0 L${n(x + wide * 2.4 - width * 0.12)} ${n(height)} L${n(x - width * 0.16)} ${n(height)} Z`,
      toHex(lighter(deep, 0.35)),
      'opacity="0.16"',
    );
  });
  const weeds = Array.from({ length: 9 }, (_, index) => {
    const x = width * ((index + random.next()) / 9);
    const tall = height * random.between(0.12, 0.3);
    const hue = random.pick([130, 160, 345, 20]);
    return `<path d="M${n(x)} ${n(height * 0.94)} q ${n(tall * 0.2)} ${n(-tall * 0.3)} 0 ${n(-tall * 0.5)} t ${n(tall * 0.05)} ${n(-tall * 0.5)}" fill="none" stroke="${toHex(mix(colour(hue, 0.5, 0.42), deep, 0.25))}" stroke-width="${n(width * 0.014)}" stroke-linecap="round"/>`;
  });
  const bubbles = Array.from({ length: 18 }, () => {
    const r = width * random.between(0.003, 0.01);
    return ellipse(random.between(0, width), random.between(0, height * 0.9), r, r, '#ffffff', 'opacity="0.35"');
  });
  return (
    rect(0, 0, width, height, pen.gradient(lighter(deep, 0.26), lighter(deep, -0.12), 90, deep)) +
    rays.join('') +
    weeds.join('') +
    path(wave(random, width, height, height * 0.9, height * 0.07), pen.shade(sand)) +
    bubbles.join('')
  );
}

function room({ scene, palette, pen }: Brush): string {
  const { width, height, horizon } = scene;
  const [asked] = scene.colours;
  const wall = asked ? COLOURS[asked] : mix(colour(palette.zenith.hue + 170, 0.3, 0.6), colour(30, 0.4, 0.7), 0.4);
  const tone = palette.night ? lighter(wall, -0.25) : wall;
  const wood =
    scene.groundColour === null ? colour(24, 0.45, palette.night ? 0.26 : 0.38) : COLOURS[scene.groundColour];
  const unit = Math.min(width, height);
  const left = width * (scene.random.fork('window').chance(0.5) ? 0.26 : 0.74) - unit * 0.17;
  const top = horizon - unit * 0.54;
  const frame = toHex(lighter(wood, 0.16));
  const view = pen.gradient(palette.zenith, palette.haze, 90, palette.middle);
  return [
    rect(0, 0, width, height, pen.gradient(lighter(tone, 0.1), lighter(tone, -0.12), 40)),
    ellipse(left + unit * 0.17, top + unit * 0.2, unit * 0.55, unit * 0.5, pen.glow(palette.haze, 0.6)),
    rect(left - unit * 0.02, top - unit * 0.02, unit * 0.38, unit * 0.44, frame, 'rx="3"'),
    rect(left, top, unit * 0.34, unit * 0.4, view),
    ellipse(left + unit * 0.24, top + unit * 0.11, unit * 0.04, unit * 0.04, toHex(lighter(palette.haze, 0.15))),
    rect(left + unit * 0.163, top, unit * 0.014, unit * 0.4, frame) +
      rect(left, top + unit * 0.19, unit * 0.34, unit * 0.014, frame),
    rect(0, horizon, width, height - horizon + 1, pen.gradient(lighter(wood, 0.12), lighter(wood, -0.1))),
    rect(0, horizon, width, height * 0.012, toHex(lighter(wood, 0.2))),
    ellipse(
      width * 0.5,
      horizon + (height - horizon) * 0.6,
      width * 0.5,
      (height - horizon) * 0.4,
      pen.glow(lighter(wood, 0.3), 0.35),
    ),
  ].join('');
}

function moonscape({ scene, pen, random }: Brush): string {
  const { width, height } = scene;
  const soil = scene.groundColour === null ? colour(260, 0.16, 0.4) : COLOURS[scene.groundColour];
  const craters = Array.from({ length: 7 }, () => {
    const x = random.between(0, width);
    const y = height * random.between(0.87, 0.99);
    const r = width * random.between(0.02, 0.06);
    return (
      ellipse(x, y, r, r * 0.28, toHex(lighter(soil, -0.12))) +
      ellipse(x, y + r * 0.06, r * 0.92, r * 0.22, toHex(lighter(soil, -0.06)))
    );
  });
  return (
    path(
      `M0 ${n(height)} L0 ${n(height * 0.86)} Q ${n(width / 2)} ${n(height * 0.76)} ${n(width)} ${n(height * 0.86)} L${n(width)} ${n(height)} Z`,
      pen.gradient(lighter(soil, 0.1), lighter(soil, -0.15)),
    ) + craters.join('')
  );
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
