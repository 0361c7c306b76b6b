import { COLOURS, type ColourName, colour, mix } from '../colour.js';
import type { Placed, Scene } from '../prompt/composition.js';
import type { Subject } from '../prompt/vocabulary.js';
import { animals } from './animals.js';
import { buildings } from './buildings.js';
import { drawGround } from './ground.js';
import type { Draw, Look } from './look.js';
import { createPalette, type Palette } from './palette.js';
import { createPen, ellipse, n, type Pen } from './pen.js';
import { plants } from './plants.js';
import { shape } from './shape.js';
import { drawSky } from './sky.js';
import { things } from './things.js';
import { drawWeather } from './weather.js';

const DRAWINGS: Record<Subject, Draw> = { ...animals, ...buildings, ...plants, ...things };

/** The layers of a picture, each an SVG of the scene's size. */
export interface Layers {
  /** Sky and ground; covers everything. */
  backdrop: string;
  /** Subjects and weather; clear where there are none. */
  subjects: string;
}

export function drawScene(scene: Scene): Layers {
  const palette = createPalette(scene);
  return {
    backdrop: layer(scene, (pen) => drawSky(scene, palette, pen) + drawGround(scene, palette, pen)),
    subjects: layer(
      scene,
      (pen) => scene.items.map((item) => stand(item, scene, palette, pen)).join('') + drawWeather(scene, palette),
    ),
  };
}

function layer({ width, height }: Scene, draw: (pen: Pen) => string): string {
  const pen = createPen();
  const content = draw(pen);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${pen.definitions()}${content}</svg>`;
}

/** One subject in its place, with its shadow and, at night, the light of the moon on its edge. */
function stand(item: Placed, scene: Scene, palette: Palette, pen: Pen): string {
  const scale = item.height / 100;
  const look: Look = {
    pen,
    asked: item.colour === null ? avoid(item, scene) : COLOURS[item.colour],
    random: item.random.fork('look'),
    ambient: palette.ambient,
    night: palette.night,
  };
  const drawing = item.what === 'shape' ? shape(look, item.word) : DRAWINGS[item.what](look);
  const grounded = item.y > scene.horizon && scene.ground !== 'underwater' && scene.ground !== 'space';
  const lamp = scene.sky.find(({ what }) => what === 'moon' || what === 'sun');
  const away = lamp === undefined ? 0 : Math.max(-1, Math.min(1, (item.x - lamp.x) / scene.width));
  const shadow = grounded
    ? ellipse(
        item.x + away * item.height * 0.16,
        item.y - item.height * 0.005,
        item.height * 0.42,
        item.height * 0.055,
        pen.glow(mix(colour(240, 0.4, 0.06), palette.ambient, 0.05), 0.85),
      )
    : '';
  const halo = palette.night
    ? ellipse(item.x, item.y - item.height * 0.5, item.height * 0.75, item.height * 0.72, pen.glow(palette.haze, 0.5))
    : '';
  const flip = item.flip ? -scale : scale;
  return `${halo}${shadow}<g transform="translate(${n(item.x)} ${n(item.y)}) scale(${flip.toFixed(4)} ${scale.toFixed(4)}) translate(-50 -100)">${drawing}</g>`;
}

/** A subject whose own colour may not be used gets another one by the seed. */
function avoid({ what, random }: Placed, { unwanted }: Scene) {
  const own = OWN[what as Subject] ?? [];
  if (!own.some((name) => unwanted.has(`colour:${name}`))) return null;
  const choices = (['blue', 'golden', 'green', 'violet', 'red', 'white'] as const).filter(
    (name) => !unwanted.has(`colour:${name}`),
  );
  const chosen = choices[random.fork('coat').int(Math.max(1, choices.length))];
  return chosen === undefined ? COLOURS.grey : COLOURS[chosen];
}

/** What people would call the colours that subjects have by themselves. */
const OWN: Partial<Record<Subject, readonly ColourName[]>> = {
  fox: ['orange', 'red'],
  dog: ['brown'],
  bear: ['brown'],
  cat: ['orange', 'brown'],
  wolf: ['grey'],
  fish: ['orange'],
  bird: ['blue'],
  whale: ['blue'],
  apple: ['red'],
  heart: ['red'],
  boat: ['red'],
  car: ['red'],
  tree: ['green'],
  pine: ['green'],
  cactus: ['green'],
  mushroom: ['red'],
  snowman: ['white'],
  ghost: ['white'],
  lighthouse: ['red'],
  cake: ['pink'],
  umbrella: ['red'],
  rocket: ['red'],
  crystal: ['violet'],
  cup: ['turquoise'],
};
