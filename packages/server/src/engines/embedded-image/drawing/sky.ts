import { COLOURS, colour, lighter, mix, toHex } from '../colour.js';
import type { Hung, Scene } from '../prompt/composition.js';
import type { Random } from '../random.js';
import type { Palette } from './palette.js';
import { ellipse, n, type Pen, rect } from './pen.js';

/** The air with everything in it. */
export function drawSky(scene: Scene, palette: Palette, pen: Pen): string {
  const { width, height, horizon } = scene;
  const bottom = Math.max(horizon * 1.05, 1);
  const air =
    rect(0, 0, width, bottom + 1, pen.gradient(palette.zenith, palette.haze, 90, palette.middle)) +
    rect(0, bottom, width, height - bottom + 1, toHex(palette.haze));
  const order = ['aurora', 'stars', 'fireworks', 'sun', 'moon', 'planet', 'rainbow', 'clouds'] as const;
  const things = order.flatMap((what) => scene.sky.filter((thing) => thing.what === what));
  return air + things.map((thing) => hang(thing, scene, palette, pen)).join('');
}

function hang(thing: Hung, scene: Scene, palette: Palette, pen: Pen): string {
  switch (thing.what) {
    case 'moon':
      return moon(thing, scene, pen);
    case 'sun':
      return sun(thing, scene, pen);
    case 'stars':
      return stars(thing, scene, pen);
    case 'clouds':
      return clouds(thing, scene, palette, pen);
    case 'rainbow':
      return rainbow(scene);
    case 'planet':
      return planet(thing, pen);
    case 'fireworks':
      return fireworks(scene, pen);
    case 'aurora':
      return aurora(thing, scene, pen);
  }
}

function moon({ colour: name, x, y, radius }: Hung, scene: Scene, pen: Pen): string {
  const pale = scene.unwanted.has('colour:yellow') ? COLOURS.silver : colour(46, 0.75, 0.84);
  const face = name === null ? pale : COLOURS[name];
  const spots = [
    [-0.35, -0.2, 0.2],
    [0.25, 0.3, 0.24],
    [0.3, -0.38, 0.13],
    [-0.2, 0.45, 0.12],
    [0.02, -0.02, 0.1],
  ] as const;
  return [
    ellipse(x, y, radius * 4.2, radius * 4.2, pen.glow(face, scene.time === 'day' ? 0.3 : 0.6)),
    ellipse(x, y, radius, radius, pen.gradient(lighter(face, 0.14), lighter(face, -0.05), 60, face)),
    ...spots.map(([dx, dy, r]) =>
      ellipse(
        x + dx * radius,
        y + dy * radius,
        r * radius,
        r * radius * 0.9,
        toHex(lighter(face, -0.12)),
        'opacity="0.5"',
      ),
    ),
  ].join('');
}

function sun({ colour: name, x, y, radius }: Hung, scene: Scene, pen: Pen): string {
  const own = scene.time === 'sunset' || scene.time === 'dawn' ? colour(36, 0.98, 0.68) : colour(48, 0.98, 0.76);
  const face = name === null ? (scene.unwanted.has('colour:yellow') ? COLOURS.orange : own) : COLOURS[name];
  const low = scene.time === 'sunset' || scene.time === 'dawn' ? Math.max(y, scene.horizon - radius * 1.1) : y;
  return (
    ellipse(x, low, radius * 5.5, radius * 5.5, pen.glow(face, 0.75)) +
    ellipse(x, low, radius, radius, pen.gradient(lighter(face, 0.14), face))
  );
}

function stars({ colour: name, radius }: Hung, scene: Scene, pen: Pen): string {
  const random = scene.random.fork('stars');
  const tint = name === null ? colour(50, 0.6, 0.92) : COLOURS[name];
  const count = Math.round(Math.min(160, 40 + (scene.width * scene.horizon) / 4_000));
  const unit = radius * 0.022;
  return Array.from({ length: count }, () => {
    const x = random.between(0, scene.width);
    const y = random.next() ** 1.35 * scene.horizon * 0.94;
    const size = unit * random.between(0.5, 1.6) * (random.chance(0.08) ? 2.4 : 1);
    const glow = size > unit * 2 ? ellipse(x, y, size * 5, size * 5, pen.glow(tint, 0.45)) : '';
    return glow + ellipse(x, y, size, size, toHex(tint), `opacity="${n(random.between(0.45, 1))}"`);
  }).join('');
}

function clouds({ colour: name }: Hung, scene: Scene, palette: Palette, pen: Pen): string {
  const random = scene.random.fork('clouds');
  const body = name === null ? mix(palette.haze, COLOURS.white, palette.night ? 0.02 : 0.65) : COLOURS[name];
  const fill = pen.gradient(lighter(body, 0.06), mix(body, palette.middle, 0.55));
  const count = 4 + random.int(3);
  return Array.from({ length: count }, (_, index) => {
    const scale = Math.min(scene.width, scene.height) * random.between(0.07, 0.17);
    const x = scene.width * ((index + random.between(0.1, 0.9)) / count);
    const y = scene.horizon * random.between(0.16, 0.8);
    const puffs = cloud(x, y, scale, random, fill);
    return hides(x, y, scale, scene) ? '' : `<g opacity="${palette.night ? 0.4 : 0.85}">${puffs}</g>`;
  }).join('');
}

function cloud(x: number, y: number, scale: number, random: Random, fill: string): string {
  const peak = random.between(-0.5, 0.5);
  const puffs = Array.from({ length: 7 }, (_, puff) => {
    const across = (puff - 3) / 3;
    const tall = Math.max(0.12, (1 - (across - peak) ** 2 * 0.8) * random.between(0.24, 0.4));
    return ellipse(x + across * scale, y - tall * scale * 0.55, scale * random.between(0.24, 0.36), scale * tall, fill);
  });
  return `${puffs.join('')}${ellipse(x, y, scale * 1.3, scale * 0.14, fill)}`;
}

/** Whether a cloud here would cover the sun or the moon. */
function hides(x: number, y: number, scale: number, { sky }: Scene): boolean {
  return sky.some(
    (thing) =>
      (thing.what === 'moon' || thing.what === 'sun') &&
      Math.abs(thing.x - x) < thing.radius + scale * 1.3 &&
      Math.abs(thing.y - y) < thing.radius + scale * 0.6,
  );
}

function rainbow({ width, height, horizon }: Scene): string {
  const radius = Math.min(width * 0.46, horizon * 0.95);
  const band = Math.min(width, height) * 0.016;
  return (['red', 'orange', 'yellow', 'green', 'blue', 'violet'] as const)
    .map((name, index) => {
      const r = n(radius - index * band);
      return `<path d="M${n(width / 2 - radius + index * band)} ${n(horizon * 1.05)} A ${r} ${r} 0 0 1 ${n(width / 2 + radius - index * band)} ${n(horizon * 1.05)}" fill="none" stroke="${toHex(COLOURS[name])}" stroke-width="${n(band * 1.1)}" opacity="0.62"/>`;
    })
    .join('');
}

function planet({ colour: name, x, y, radius }: Hung, pen: Pen): string {
  const body = name === null ? colour(28, 0.6, 0.6) : COLOURS[name];
  const r = radius * 1.5;
  const ring = toHex(lighter(body, 0.2));
  const arc = (sweep: number) =>
    `<path d="M${n(x - r * 1.75)} ${n(y)} A ${n(r * 1.75)} ${n(r * 0.42)} 0 0 ${sweep} ${n(x + r * 1.75)} ${n(y)}" fill="none" stroke="${ring}" stroke-width="${n(r * 0.13)}" opacity="0.85"/>`;
  return `<g transform="rotate(-14 ${n(x)} ${n(y)})">${arc(1)}${ellipse(x, y, r, r, pen.gradient(lighter(body, 0.18), lighter(body, -0.22), 60, body))}${ellipse(x, y - r * 0.25, r * 0.93, r * 0.1, ring, 'opacity="0.3"')}${ellipse(x, y + r * 0.3, r * 0.9, r * 0.12, toHex(lighter(body, -0.12)), 'opacity="0.4"')}${arc(0)}</g>`;
}

function aurora({ colour: name }: Hung, scene: Scene, pen: Pen): string {
  const random = scene.random.fork('aurora');
  const tint = name === null ? colour(150, 0.75, 0.6) : COLOURS[name];
  return Array.from({ length: 4 }, (_, index) => {
    const top = scene.horizon * random.between(0.08, 0.25);
    const low = scene.horizon * random.between(0.6, 0.85);
    const points = [0, 1, 2, 3, 4].map(
      (step) => `${n((scene.width * step) / 4)} ${n((top + low) / 2 + random.between(-0.14, 0.14) * scene.horizon)}`,
    );
    const hue = { ...tint, hue: tint.hue + index * 18 };
    return `<path d="M${points[0]} C ${points[1]} ${points[2]} ${points[3]} S ${points[4]} ${points[4]}" fill="none" stroke="${pen.gradient(lighter(hue, -0.25), hue)}" stroke-width="${n((low - top) * 0.45)}" opacity="0.26"/>`;
  }).join('');
}

function fireworks(scene: Scene, pen: Pen): string {
  const random = scene.random.fork('fireworks');
  const tones = [COLOURS.red, COLOURS.golden, COLOURS.turquoise, COLOURS.pink, COLOURS.violet, COLOURS.green] as const;
  return Array.from({ length: 5 }, (_, index) => {
    const x = scene.width * ((index + random.between(0.2, 0.8)) / 5);
    const y = scene.horizon * random.between(0.16, 0.5);
    const reach = Math.min(scene.width, scene.height) * random.between(0.07, 0.14);
    const tone = random.pick(tones);
    const rays = Array.from({ length: 18 }, (_ray, ray) => {
      const angle = (ray / 18) * Math.PI * 2;
      const long = reach * random.between(0.75, 1.1);
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const end = { x: x + dx * long, y: y + dy * long + reach * 0.1 };
      return (
        `<path d="M${n(x + dx * reach * 0.25)} ${n(y + dy * reach * 0.25)} Q ${n(x + dx * long * 0.7)} ${n(y + dy * long * 0.7)} ${n(end.x)} ${n(end.y)}" fill="none" stroke="${toHex(lighter(tone, 0.12))}" stroke-width="${n(reach * 0.03)}" stroke-linecap="round"/>` +
        ellipse(end.x, end.y, reach * 0.035, reach * 0.035, toHex(lighter(tone, 0.3)))
      );
    });
    return ellipse(x, y, reach * 1.5, reach * 1.5, pen.glow(tone, 0.4)) + rays.join('');
  }).join('');
}
