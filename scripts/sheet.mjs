/**
 * `npm run sheet`: paints the contact sheet of the embedded picture engine, 24 fixed prompts with their captions, into
 * docs/images/contact-sheet.webp. The same engine and seeds give the same sheet on one machine. About a minute.
 *
 *   npm run sheet -- --out sheet.png         elsewhere; the ending decides the format
 *   npm run sheet -- --show 512 --only 3,7   larger pictures, only some of them
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { build } from './build.mjs';
import { root } from './run-tool.mjs';

/** Prompts and styles that show what is understood and how it is painted. Order and seeds are part of the sheet. */
const PICTURES = [
  ['a red fox under a yellow moon', 'oil', 7],
  ['two small blue birds on a red roof', 'watercolor', 11],
  ['a lighthouse by the sea in a storm', 'oil', 3],
  ['a samurai under a cherry tree', 'ink', 5],
  ['a castle on a hill at sunset', 'pastel', 8],
  ['a dragon and a knight', 'pixel', 4],
  ['three sailing boats, golden evening', 'impressionist', 2],
  ['a cat left of a big green cactus', 'flat', 6],
  ['three penguins in the snow, aurora', 'oil', 9],
  ['a bicycle in front of a small house', 'watercolor', 12],
  ['mountains in fog, pine trees', 'ink', 13],
  ['a basket of apples and a cup of tea on a table', 'pastel', 14],
  ['a rocket above the moon, stars, planets', 'pixel', 15],
  ['a whale and seven small fish, underwater', 'flat', 16],
  ['a tiger in the jungle', 'oil', 17],
  ['an old house in autumn, falling leaves', 'watercolor', 18],
  ['an owl on a branch at night', 'sketch', 19],
  ['a hot air balloon over green hills, rainbow', 'pastel', 20],
  ['a car in a city at night, rain', 'neon', 21],
  ['a big camel in the desert left of a palm tree', 'flat', 27],
  ['five red flowers in a blue vase', 'oil', 23],
  ['a robot holding a balloon in a meadow', 'pointillism', 24],
  ['a horse running on a beach', 'sketch', 25],
  ['a snowman and two rabbits, winter forest', 'vivid', 26],
];

const COLUMNS = 6;
const GAP = 10;
const CAPTION = 44;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'docs/images/contact-sheet.webp') },
    side: { type: 'string', default: '512' },
    show: { type: 'string', default: '320' },
    steps: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});
if (!(await build({ say: (line) => console.error(line) }))) process.exit(1);

const { createRendercast } = await import('../packages/server/dist/index.js');
const side = Number(values.side);
const show = Number(values.show);
const only = values.only?.split(',').map(Number);
const pictures = PICTURES.map((picture, index) => [...picture, index + 1]).filter(
  ([, , , number]) => only === undefined || only.includes(number),
);
const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-sheet-'));
const house = await createRendercast({ config: { dataDir } });
try {
  const startedMs = performance.now();
  const tiles = [];
  for (const picture of pictures) tiles.push(await paint(picture));
  await sheetOf(tiles);
  console.error(`${tiles.length} pictures in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  console.log(resolve(values.out));
} finally {
  await house.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** Paints one of them; the picture, and what to write below it. */
async function paint([prompt, style, seed, number]) {
  const wish = { prompt, style, seed, width: side, height: side, steps: Number(values.steps) };
  const generation = await house.generate({ ...wish, engine: 'embedded-image' });
  const [file] = await generation.result();
  console.error(`${String(number).padStart(2)}  ${prompt} (${style})`);
  const picture = await sharp(await file.bytes())
    .resize(show, show)
    .toBuffer();
  return { picture, prompt, style, number };
}

/** Puts all of them on one page. */
async function sheetOf(tiles) {
  const columns = Math.min(COLUMNS, tiles.length);
  const rows = Math.ceil(tiles.length / columns);
  const width = columns * (show + GAP) + GAP;
  const height = rows * (show + CAPTION + GAP) + GAP;
  const layers = tiles.flatMap(({ picture, ...words }, index) => {
    const left = GAP + (index % columns) * (show + GAP);
    const top = GAP + Math.floor(index / columns) * (show + CAPTION + GAP);
    return [
      { input: picture, left, top },
      { input: captionOf(words), left, top: top + show },
    ];
  });
  const page = sharp({ create: { width, height, channels: 3, background: '#fbfaf7' } }).composite(layers);
  const format = values.out.split('.').at(-1);
  const finished =
    format === 'webp' ? page.webp({ quality: 78 }) : format === 'png' ? page.png() : page.jpeg({ quality: 84 });
  await finished.toFile(values.out);
}

/** Two lines: the prompt, cut where it is too long for the picture, and its style. */
function captionOf({ prompt, style, number }) {
  const room = Math.floor(show / 6.6);
  const words = `${number}. ${prompt}`;
  const cut = words.length <= room ? words : `${words.slice(0, room - 1)}…`;
  const text = (line, y, colour) =>
    `<text x="1" y="${y}" font-family="DejaVu Sans, Arial, sans-serif" font-size="12" fill="${colour}">${escape(line)}</text>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${show}" height="${CAPTION}">${text(cut, 17, '#222')}${text(style, 34, '#777')}</svg>`,
  );
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
