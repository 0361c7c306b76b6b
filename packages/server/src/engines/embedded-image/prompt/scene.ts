import type { ColourName } from '../colour.js';
import type { Random } from '../random.js';
import { arrange } from './arrange.js';
import type { Hung, Scene } from './composition.js';
import type { Ground, SkyThing, Subject, Time } from './vocabulary.js';
import type { Wishes } from './wishes.js';

const HOME: Partial<Record<Subject, Ground>> = {
  boat: 'sea',
  whale: 'sea',
  lighthouse: 'sea',
  palm: 'sea',
  fish: 'underwater',
  cactus: 'desert',
  penguin: 'snowland',
  snowman: 'snowland',
  cup: 'room',
  apple: 'room',
  cake: 'room',
  rocket: 'space',
  car: 'city',
  tower: 'city',
};

const NIGHT_SKY: ReadonlySet<SkyThing> = new Set<SkyThing>(['moon', 'stars', 'planet', 'aurora']);

/** Decides on everything the wishes leave open. */
export function createScene(wishes: Wishes, width: number, height: number, random: Random): Scene {
  const ground = chooseGround(wishes, random);
  const time = chooseTime(wishes, ground, random);
  const horizon = height * (ground === 'space' ? 1 : ground === 'room' ? 0.66 : random.between(0.6, 0.67));
  const scene: Scene = {
    width,
    height,
    time,
    weather: wishes.weather,
    ground,
    groundColour: wishes.ground?.colour ?? null,
    horizon,
    sky: [],
    items: [],
    colours: wishes.colours,
    unwanted: wishes.unwanted,
    random,
  };
  const side = random.chance(0.5) ? 1 : -1;
  scene.sky = hang(wishes, scene, side);
  scene.items = arrange(wishes, scene, side);
  return scene;
}

function chooseGround({ ground, subjects, sky, weather, unwanted }: Wishes, random: Random): Ground {
  const allowed = (candidate: Ground) => !unwanted.has(`ground:${candidate}`);
  if (ground) return ground.what;
  for (const subject of subjects) {
    const home = HOME[subject.what];
    if (home && allowed(home)) return home;
  }
  if (weather === 'snow' && allowed('snowland')) return 'snowland';
  if (subjects.length === 0 && sky.some(({ what }) => what === 'planet') && allowed('space')) return 'space';
  const choices = (['hills', 'meadow', 'hills', 'mountains'] as const).filter(allowed);
  return choices[random.int(choices.length)] ?? 'desert';
}

function chooseTime({ time, sky, subjects, unwanted }: Wishes, ground: Ground, random: Random): Time {
  const allowed = (candidate: Time) =>
    !unwanted.has(`time:${candidate}`) &&
    !(candidate === 'night' && (unwanted.has('dark') || unwanted.has('darkness')));
  if (time) return time;
  const nightly =
    sky.some(({ what }) => NIGHT_SKY.has(what)) || subjects.some(({ what }) => what === 'owl' || what === 'ghost');
  if ((nightly || ground === 'space') && allowed('night')) return 'night';
  const choices = (['day', 'day', 'sunset'] as const).filter(allowed);
  return choices[random.int(choices.length)] ?? (allowed('night') ? 'night' : 'day');
}

/** Hangs up what was asked for, and a sun, moon or clouds of the house's own choice. */
function hang(wishes: Wishes, scene: Scene, side: number): Hung[] {
  const { width, height, random } = scene;
  const unit = Math.min(width, height);
  const hung: Hung[] = [];
  const main = { x: width * (0.5 + side * random.between(0.2, 0.29)), y: height * random.between(0.2, 0.26) };
  const add = (what: SkyThing, colour: ColourName | null, size: number, radius: number) => {
    const first = hung.length === 0 || what === 'moon' || what === 'sun';
    const place = first
      ? main
      : { x: width * (0.5 - side * random.between(0.15, 0.32)), y: height * random.between(0.12, 0.3) };
    hung.push({ what, colour, x: place.x, y: place.y, radius: unit * radius * size });
  };
  for (const { what, colour, size } of wishes.sky) add(what, colour, size, what === 'moon' ? 0.125 : 0.1);
  const has = (what: SkyThing) => hung.some((thing) => thing.what === what);
  const may = (what: SkyThing) => !has(what) && !wishes.unwanted.has(`sky:${what}`);
  const indoors = scene.ground === 'room' || scene.ground === 'underwater';
  if (indoors) return hung;
  const lamp: SkyThing = scene.time === 'night' ? 'moon' : 'sun';
  const lit = has('moon') || has('sun') || scene.ground === 'space' || (scene.weather !== null && scene.time === 'day');
  if (!lit && may(lamp)) add(lamp, null, 1, scene.time === 'night' ? 0.08 : 0.075);
  if (scene.time === 'night' && scene.weather !== 'fog' && may('stars')) add('stars', null, 1, 0.1);
  if (scene.ground !== 'space' && may('clouds') && random.chance(0.85)) add('clouds', null, 1, 0.1);
  return hung;
}
