import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import { type Brush, land, wave } from './land.js';
import { ellipse, n, path, rect } from './pen.js';

/** Houses along the horizon, in two rows; at night half of the windows are lit. */
export function skyline({ scene, palette, pen, random }: Brush): string {
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

/** Paving before a skyline. */
export function street(brush: Brush): string {
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

/** Rays, weeds and bubbles over sand. */
export function underwater({ scene, palette, pen, random }: Brush): string {
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

/** A wall with a window, and a table. */
export function room({ scene, palette, pen }: Brush): string {
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

/** The surface of some moon. */
export function moonscape({ scene, pen, random }: Brush): string {
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

/** A wall and a floor of one colour, as photographers use them. */
export function plainFloor({ scene, palette, pen }: Brush): string {
  const { width, height, horizon } = scene;
  const [asked] = scene.colours;
  const name = scene.groundColour ?? asked;
  const tone = name ? COLOURS[name] : palette.night ? colour(232, 0.3, 0.24) : colour(40, 0.32, 0.92);
  const floor = lighter(tone, tone.lightness > 0.5 ? -0.07 : 0.06);
  return [
    rect(0, 0, width, height, pen.gradient(lighter(tone, 0.03), mix(tone, floor, 0.5))),
    ellipse(width / 2, horizon * 0.7, width * 0.8, height * 0.6, pen.glow(lighter(tone, 0.12), 0.5)),
    rect(0, horizon, width, height - horizon + 1, pen.gradient(mix(tone, floor, 0.5), floor)),
  ].join('');
}
