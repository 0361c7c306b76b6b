import type { ColourName } from '../colour.js';
import type { Hung, Scene } from '../prompt/composition.js';
import type { Ground, SkyThing, Time } from '../prompt/surroundings.js';
import type { Wishes } from '../prompt/wishes.js';
import type { Random } from '../random.js';
import { arrange } from './arrange/arrange.js';
import type { ArtSet } from './art/art-pack.js';
import { kindOf } from './catalogue/catalogue.js';

const NIGHT_SKY: ReadonlySet<SkyThing> = new Set<SkyThing>(['moon', 'stars', 'planet', 'aurora', 'fireworks']);
const NIGHTLY: ReadonlySet<string> = new Set([
  'owl',
  'ghost',
  'bat',
  'zombie',
  'vampire',
  'lantern',
  'pumpkin',
  'campfire',
]);
const INDOORS: ReadonlySet<Ground> = new Set<Ground>(['room', 'underwater', 'plain']);
/** Styles that look best with things of one manner; all others take the first set. */
const SET_OF_STYLE: Readonly<Record<string, ArtSet>> = {
  flat: 'flat',
  pixel: 'flat',
  ink: 'cartoon',
  sketch: 'cartoon',
};

/** Decides on everything the wishes leave open. */
export function createScene(wishes: Wishes, width: number, height: number, random: Random): Scene {
  const ground = chooseGround(wishes, random.fork('ground choice'));
  const time = chooseTime(wishes, ground, random.fork('time'));
  const scene: Scene = {
    width,
    height,
    time,
    season: wishes.season ?? (wishes.weather === 'snow' ? 'winter' : null),
    weather: wishes.weather,
    ground,
    groundColour: wishes.ground?.colour ?? null,
    backdrop: wishes.backdrop,
    horizon: height * horizonOf(ground, random.fork('horizon')),
    sky: [],
    items: [],
    wished: { subjects: wishes.subjects, relations: wishes.relations },
    colours: wishes.colours,
    unwanted: wishes.unwanted,
    art: wishes.art ?? SET_OF_STYLE[wishes.styles[0] ?? ''] ?? 'model',
    random,
  };
  const side = random.chance(0.5) ? 1 : -1;
  scene.sky = hang(wishes, scene, side);
  scene.items = arrange(wishes, scene, side);
  return scene;
}

/** Height of the horizon as part of the picture's: lower in wide landscapes, higher where one looks down. */
function horizonOf(ground: Ground, random: Random): number {
  switch (ground) {
    case 'space':
      return 1;
    case 'room':
      return random.between(0.6, 0.68);
    case 'plain':
      return 0.62;
    case 'beach':
    case 'lake':
      return random.between(0.44, 0.52);
    case 'road':
    case 'farm':
    case 'meadow':
      return random.between(0.5, 0.6);
    default:
      return random.between(0.55, 0.66);
  }
}

function chooseGround({ ground, subjects, sky, weather, season, unwanted }: Wishes, random: Random): Ground {
  const allowed = (candidate: Ground) => !unwanted.has(`ground:${candidate}`);
  if (ground) return ground.what;
  // What stands outdoors decides before what could lie on a table: "a fox with an apple" is no still life.
  const outdoors = subjects.some(({ what }) => kindOf(what).area !== 'table' && kindOf(what).area !== 'head');
  for (const { what } of subjects) {
    const { home, area } = kindOf(what);
    if (home !== null && allowed(home) && !(outdoors && area === 'table')) return home;
  }
  if ((weather === 'snow' || season === 'winter') && allowed('snowland')) return 'snowland';
  if (subjects.length === 0 && sky.some(({ what }) => what === 'planet') && allowed('space')) return 'space';
  const choices = (['hills', 'meadow', 'hills', 'mountains', 'lake', 'forest'] as const).filter(allowed);
  return choices[random.int(choices.length)] ?? 'desert';
}

function chooseTime({ time, sky, subjects, unwanted, season, weather }: Wishes, ground: Ground, random: Random): Time {
  const dark = unwanted.has('dark') || unwanted.has('darkness');
  const allowed = (candidate: Time) => !unwanted.has(`time:${candidate}`) && !(candidate === 'night' && dark);
  if (time) return time;
  const nightly = sky.some(({ what }) => NIGHT_SKY.has(what)) || subjects.some(({ what }) => NIGHTLY.has(what));
  if ((nightly || ground === 'space') && allowed('night')) return 'night';
  const plain =
    INDOORS.has(ground) || season !== null || weather !== null || sky.some(({ what }) => what === 'rainbow');
  const choices = (plain ? (['day'] as const) : (['day', 'day', 'day', 'sunset', 'dawn'] as const)).filter(allowed);
  return choices[random.int(choices.length)] ?? (allowed('sunset') ? 'sunset' : allowed('night') ? 'night' : 'day');
}

/** Hangs up what was asked for, and a sun, moon or clouds of the house's own choice. */
function hang(wishes: Wishes, scene: Scene, side: number): Hung[] {
  const { width, height, horizon, time, weather, ground } = scene;
  const random = scene.random.fork('sky');
  const unit = Math.min(width, height);
  const hung: Hung[] = [];
  const up = Math.min(height * 0.24, horizon * 0.36);
  const main = { x: width * (0.5 + side * random.between(0.2, 0.3)), y: up * random.between(0.8, 1.05) };
  const add = (what: SkyThing, colour: ColourName | null, size: number, radius: number) => {
    const first = hung.length === 0 || what === 'moon' || what === 'sun';
    const other = { x: width * (0.5 - side * random.between(0.15, 0.32)), y: up * random.between(0.55, 1.2) };
    hung.push({ what, colour, ...(first ? main : other), radius: unit * radius * size });
  };
  for (const { what, colour, size } of wishes.sky) add(what, colour, size, what === 'moon' ? 0.12 : 0.1);
  if (INDOORS.has(ground)) return hung;
  const has = (what: SkyThing) => hung.some((thing) => thing.what === what);
  const may = (what: SkyThing) => !has(what) && !wishes.unwanted.has(`sky:${what}`);
  const lamp: SkyThing = time === 'night' ? 'moon' : 'sun';
  const lit = has('moon') || has('sun') || ground === 'space' || (weather !== null && time !== 'night');
  if (!lit && may(lamp)) add(lamp, null, 1, time === 'night' ? 0.08 : 0.075);
  if (time === 'night' && weather === null && may('stars')) add('stars', null, 1, 0.1);
  if (ground !== 'space' && may('clouds') && random.chance(0.85)) add('clouds', null, 1, 0.1);
  return hung;
}
