/**
 * Packs the pictures that scenes are made of into assets/embedded-image/art.bin: for every kind of the catalogue its
 * picture in each set, cut to what is visible, and its names in other languages.
 *
 *   npm install --prefix FOLDER --ignore-scripts @lobehub/fluent-emoji-3d@1.1.0 @iconify-json/fluent-emoji-flat@1.2.6 \
 *     @iconify-json/noto@1.2.9 cldr-annotations-full@48.2.0 cldr-annotations-derived-full@48.2.0
 *   npx tsx packages/server/scripts/pack-art.ts FOLDER
 *
 * The same packages give the same file. It is written again only when the catalogue or a set changes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import {
  ART_MARK,
  type ArtList,
  type ArtSet,
  type ArtSource,
} from '../src/engines/embedded-image/scene/art/art-pack.js';
import { KINDS } from '../src/engines/embedded-image/scene/catalogue/catalogue.js';
import { type Cut, cutSvg, cutWebp } from './cut-picture.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: pack-art.ts FOLDER');
const out = fileURLToPath(new URL('../assets/embedded-image/', import.meta.url));

const LANGUAGES = ['de', 'es', 'fr', 'it', 'pt', 'nl', 'sv', 'pl', 'tr', 'ru', 'uk', 'zh', 'ja', 'ko', 'ar', 'hi'];

type Source = Omit<ArtSource, 'version' | 'pictures'> & { form: 'webp' | 'svg' };
const SETS: readonly Source[] = [
  {
    set: 'model',
    title: 'Fluent Emoji, 3D',
    author: 'Microsoft Corporation',
    licence: 'MIT',
    package: '@lobehub/fluent-emoji-3d',
    source: 'https://github.com/microsoft/fluentui-emoji',
    form: 'webp',
  },
  {
    set: 'flat',
    title: 'Fluent Emoji, flat',
    author: 'Microsoft Corporation',
    licence: 'MIT',
    package: '@iconify-json/fluent-emoji-flat',
    source: 'https://github.com/microsoft/fluentui-emoji',
    form: 'svg',
  },
  {
    set: 'cartoon',
    title: 'Noto Emoji',
    author: 'Google LLC',
    licence: 'Apache-2.0',
    package: '@iconify-json/noto',
    source: 'https://github.com/googlefonts/noto-emoji',
    form: 'svg',
  },
];

function json<Content>(...path: string[]): Content {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as Content;
}

function packageFolder(name: string): string {
  return join(folder ?? '', 'node_modules', name);
}

/** Code points as file and icon lists write them: hexadecimal, with dashes. */
function codeOf(emoji: string, withVariant: boolean): string {
  return [...emoji]
    .map((point) => point.codePointAt(0) ?? 0)
    .filter((point) => withVariant || point !== 0xfe0f)
    .map((point) => point.toString(16))
    .join('-');
}

interface Icons {
  width?: number;
  height?: number;
  icons: Record<string, { body: string; width?: number; height?: number }>;
  aliases?: Record<string, { parent: string }>;
}

/** Gives the picture of an emoji in one set. */
function openSet({ package: name, form }: Source): (emoji: string) => Promise<Cut | null> {
  const place = packageFolder(name);
  if (form === 'webp') {
    return async (emoji) => {
      const file = [codeOf(emoji, false), codeOf(emoji, true), `${codeOf(emoji, false)}-fe0f`]
        .map((code) => join(place, 'assets', `${code}.webp`))
        .find((path) => existsSync(path));
      return file === undefined ? null : cutWebp(readFileSync(file));
    };
  }
  const icons = json<Icons>(place, 'icons.json');
  const chars = json<Record<string, string>>(place, 'chars.json');
  return async (emoji) => {
    const name = [codeOf(emoji, false), codeOf(emoji, true), `${codeOf(emoji, false)}-fe0f`]
      .map((code) => chars[code])
      .find((each) => each !== undefined);
    const icon =
      name === undefined ? undefined : (icons.icons[name] ?? icons.icons[icons.aliases?.[name]?.parent ?? '']);
    if (icon === undefined) return null;
    return cutSvg(icon.body, icon.width ?? icons.width ?? 16, icon.height ?? icons.height ?? 16);
  };
}

/** Names of a kind in other languages. */
function openNames(): (emoji: string) => string[] {
  type Annotations = Record<string, { tts?: string[] }>;
  const tables = LANGUAGES.flatMap((language) => [
    json<{ annotations: { annotations: Annotations } }>(
      packageFolder('cldr-annotations-full'),
      'annotations',
      language,
      'annotations.json',
    ).annotations.annotations,
    json<{ annotationsDerived: { annotations: Annotations } }>(
      packageFolder('cldr-annotations-derived-full'),
      'annotationsDerived',
      language,
      'annotations.json',
    ).annotationsDerived.annotations,
  ]);
  return (emoji) => {
    const bare = emoji.replaceAll('\u{fe0f}', '');
    const names = tables.flatMap(
      (table) => table[emoji]?.tts ?? table[bare]?.tts ?? table[`${bare}\u{fe0f}`]?.tts ?? [],
    );
    return [...new Set(names.map((name) => name.toLowerCase()).filter((name) => name.length <= 40))];
  };
}

const list: ArtList = { sets: [], pictures: {}, names: {} };
const blocks: Buffer[] = [];
let placed = 0;
for (const source of SETS) {
  const pictureOf = openSet(source);
  const parts: Buffer[] = [];
  let at = 0;
  let pictures = 0;
  for (const { id, emoji, pictured } of KINDS) {
    const cut = pictured ? await pictureOf(emoji) : null;
    if (cut === null) continue;
    list.pictures[id] ??= {};
    list.pictures[id][source.set satisfies ArtSet] = [
      at,
      cut.bytes.length,
      Math.round(cut.aspect * 1000),
      cut.outline,
      cut.colours,
    ];
    parts.push(cut.bytes);
    at += cut.bytes.length;
    pictures++;
  }
  const raw = Buffer.concat(parts);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  const block = source.form === 'svg' ? brotliCompressSync(raw, quality) : raw;
  const { version } = json<{ version: string }>(packageFolder(source.package), 'package.json');
  list.sets.push({ ...source, version, pictures, at: placed, bytes: block.length });
  blocks.push(block);
  placed += block.length;
  console.log(`${source.title} ${version}: ${pictures} pictures, ${block.length} bytes`);
}
const namesOf = openNames();
for (const { id, emoji } of KINDS) if (emoji !== '') list.names[id] = namesOf(emoji);

const head = brotliCompressSync(Buffer.from(JSON.stringify(list)));
const length = Buffer.alloc(4);
length.writeUInt32LE(head.length);
mkdirSync(out, { recursive: true });
const file = Buffer.concat([Buffer.from(ART_MARK, 'latin1'), length, head, ...blocks]);
writeFileSync(join(out, 'art.bin'), file);
console.log(`art.bin: ${file.length} bytes, list ${head.length} bytes, ${KINDS.length} kinds`);
const missing = KINDS.filter(({ id, pictured }) => pictured && list.pictures[id]?.model === undefined).map(
  ({ id }) => id,
);
console.log(`not in the first set: ${missing.join(', ')}`);
