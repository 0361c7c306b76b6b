import { COLOURS, type Colour, colour, lighter, mix, toHex } from '../colour.js';
import { type Brush, inSeason, land, wave } from './land.js';
import { ellipse, n, path, rect } from './pen.js';

/** The colour of open water in this light. */
function waterColour({ scene, palette }: Brush): Colour {
  const asked = scene.groundColour ?? scene.colours[1] ?? null;
  return asked === null ? mix(colour(204, 0.6, palette.night ? 0.18 : 0.4), palette.middle, 0.3) : COLOURS[asked];
}

/** Water from the horizon to a line, with the lamp's light on it. */
function open(brush: Brush, bottom: number): string {
  const { scene, palette, pen, random } = brush;
  const { width, height, horizon } = scene;
  const water = waterColour(brush);
  const lamp = scene.sky.find(({ what }) => what === 'moon' || what === 'sun');
  const light = lamp?.colour ? COLOURS[lamp.colour] : mix(palette.haze, COLOURS.white, 0.5);
  const glints = Array.from({ length: 80 }, (_, index) => {
    const down = (index + random.next()) / 80;
    const y = horizon + (bottom - horizon) * down ** 1.4;
    const under = lamp !== undefined && index % 2 === 0;
    const x = under ? lamp.x + (random.next() - 0.5) * lamp.radius * (1.2 + 3.5 * down) : random.between(0, width);
    const long = width * (0.008 + 0.03 * down) * random.between(0.6, 1.6);
    const tone = under ? light : lighter(water, 0.16);
    return ellipse(x, y, long, height * (0.0015 + 0.003 * down), toHex(tone), `opacity="${under ? 0.8 : 0.5}"`);
  });
  const fill = pen.gradient(mix(water, palette.haze, 0.45), lighter(water, -0.08));
  return rect(0, horizon, width, bottom - horizon + 1, fill) + glints.join('');
}

/** Open sea; whoever stands gets some shore to stand on. */
export function sea(brush: Brush): string {
  const { scene, pen, random } = brush;
  const { width, height, horizon, items } = scene;
  const standing = items.some(({ rest, y }) => rest === 'ground' && y > horizon + (height - horizon) * 0.45);
  if (!standing) return open(brush, height);
  const top = horizon + (height - horizon) * 0.56;
  const sand = land(brush, colour(40, 0.5, 0.68));
  return open(brush, height) + path(wave(random, width, height, top, (height - horizon) * 0.14), pen.shade(sand, 0.06));
}

/** Sea, a line of foam, and sand. */
export function beach(brush: Brush): string {
  const { scene, pen, random } = brush;
  const { width, height, horizon } = scene;
  const top = horizon + (height - horizon) * 0.4;
  const sand = land(brush, colour(41, 0.58, 0.74));
  const swell = (height - horizon) * 0.1;
  const shore = wave(random, width, height, top, swell);
  const foam = toHex(mix(COLOURS.white, brush.palette.haze, 0.2));
  const wet = toHex(lighter(sand, -0.13));
  const grains = Array.from({ length: 40 }, () => {
    const y = random.between(top + swell, height);
    const size = width * 0.0025 * random.between(0.6, 1.8);
    return ellipse(
      random.between(0, width),
      y,
      size,
      size * 0.6,
      toHex(lighter(sand, random.pick([-0.12, 0.08]))),
      'opacity="0.6"',
    );
  });
  const line = height * 0.008;
  return [
    open(brush, height),
    `<g transform="translate(0 ${n(-line * 2.4)})">${path(shore, foam, 'opacity="0.55"')}</g>`,
    `<g transform="translate(0 ${n(-line)})">${path(shore, foam)}</g>`,
    path(shore, wet),
    `<g transform="translate(0 ${n(line * 3)})">${path(shore, pen.gradient(lighter(sand, 0.05), lighter(sand, -0.06)))}</g>`,
    ...grains,
  ].join('');
}

/** Still water between far hills and a near bank. */
export function lake(brush: Brush): string {
  const { scene, pen, random } = brush;
  const { width, height, horizon } = scene;
  const bank = land(brush, colour(108, 0.42, 0.38));
  const top = horizon + (height - horizon) * 0.5;
  return (
    open(brush, height) +
    path(
      wave(random, width, height, top, (height - horizon) * 0.16),
      pen.gradient(lighter(bank, 0.08), lighter(bank, -0.12)),
    )
  );
}

/** A road that runs to the horizon. */
export function roadway(brush: Brush): string {
  const { scene, pen, random } = brush;
  const { width, height, horizon } = scene;
  const tar = land(brush, colour(225, 0.1, 0.4));
  const at = width * random.between(0.42, 0.58);
  const top = horizon + (height - horizon) * 0.04;
  const half = width * 0.4;
  const dashes = [0.1, 0.26, 0.48, 0.78].map((down, index) => {
    const y = top + (height - top) * down;
    const long = (height - top) * (0.06 + 0.05 * index);
    const wide = width * (0.004 + 0.006 * index);
    return path(
      `M${n(at - wide)} ${n(y)} L${n(at + wide)} ${n(y)} L${n(at + wide * 1.4)} ${n(y + long)} L${n(at - wide * 1.4)} ${n(y + long)} Z`,
      toHex(lighter(tar, 0.4)),
      'opacity="0.85"',
    );
  });
  return [
    path(
      `M${n(at - width * 0.016)} ${n(top)} L${n(at + width * 0.016)} ${n(top)} L${n(at + half)} ${n(height + 1)} L${n(at - half)} ${n(height + 1)} Z`,
      pen.gradient(lighter(tar, 0.12), lighter(tar, -0.05)),
    ),
    ...dashes,
  ].join('');
}

/** Rows of a ploughed or planted field. */
export function furrows(brush: Brush): string {
  const { scene, random } = brush;
  const { width, height, horizon } = scene;
  const top = horizon + (height - horizon) * 0.34;
  const soil = land(brush, inSeason(colour(84, 0.42, 0.42), scene));
  const at = width * random.between(0.35, 0.65);
  const rows = Array.from({ length: 15 }, (_, index) => {
    const x = (index - 7) / 7;
    const fill = index % 2 === 0 ? lighter(soil, -0.06) : mix(soil, COLOURS.golden, 0.4);
    return path(
      `M${n(at + x * width * 0.42 - width * 0.03)} ${n(top)} L${n(at + x * width * 0.42 + width * 0.03)} ${n(top)} L${n(at + x * width * 1.5 + width * 0.11)} ${n(height + 1)} L${n(at + x * width * 1.5 - width * 0.11)} ${n(height + 1)} Z`,
      toHex(fill),
      'opacity="0.75"',
    );
  });
  return rows.join('');
}

/** The upper side of clouds, as from an aeroplane. */
export function cloudSea(brush: Brush): string {
  const { scene, palette, pen, random } = brush;
  const { width, height, horizon } = scene;
  const puffs = Array.from({ length: 7 }, (_, row) => {
    const depth = row / 6;
    const y = horizon + (height - horizon) * (depth * 1.02 + 0.02);
    const body = mix(mix(palette.haze, COLOURS.white, palette.night ? 0.08 : 0.7), palette.middle, 0.28 * (1 - depth));
    const size = Math.min(width, height) * (0.05 + 0.12 * depth);
    const count = Math.ceil(width / (size * 0.9)) + 1;
    const fill = pen.gradient(lighter(body, 0.05), mix(body, palette.middle, 0.45));
    return Array.from({ length: count }, (_puff, index) =>
      ellipse(
        (index + random.between(-0.4, 0.4)) * size * 0.9,
        y + random.between(-0.2, 0.3) * size,
        size * random.between(0.7, 1.2),
        size * random.between(0.5, 0.8),
        fill,
      ),
    ).join('');
  });
  return puffs.join('') + rect(0, height * 0.985, width, height * 0.02, toHex(mix(palette.haze, COLOURS.white, 0.4)));
}
