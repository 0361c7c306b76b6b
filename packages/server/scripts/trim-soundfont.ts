/**
 * Makes `assets/embedded-music/fluid-mono-trimmed.sf3` of FluidR3Mono_GM.sf3 (MIT; Debian's package fluidr3mono-gm-soundfont): the
 * instruments and kits of the composer's orchestra and no others, their recordings as they are. To be run again when the orchestra
 * changes:
 *
 *     npx tsx packages/server/scripts/trim-soundfont.ts [/usr/share/sounds/sf3/FluidR3Mono_GM.sf3]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BasicSoundBank, SoundBankLoader } from 'spessasynth_core';
import { DRUM_NOTES, GM_KITS, type Instrument, ORCHESTRA } from '../src/engines/embedded-music/compose/orchestra.js';
import { RECORDED_KITS } from '../src/engines/embedded-music/sound/recorded-kit.js';

const source = process.argv[2] ?? '/usr/share/sounds/sf3/FluidR3Mono_GM.sf3';
const target = fileURLToPath(new URL('../assets/embedded-music/fluid-mono-trimmed.sf3', import.meta.url));

const SPARE_KEYS = 2;
const ALL_FORCES = new Set(Array.from({ length: 128 }, (_, velocity) => velocity));
const allForces = (keys: readonly number[]) => new Map(keys.map((key) => [key, ALL_FORCES]));

/** Keys that each program and each kit is asked for. */
const instruments: readonly Instrument[] = Object.values(ORCHESTRA);
const programs = new Map(
  instruments.flatMap(({ program, range: [low, high] }) => {
    const keys = Array.from({ length: high - low + 1 + 2 * SPARE_KEYS }, (_, index) => low - SPARE_KEYS + index);
    return program === null ? [] : [[program, allForces(keys)] as const];
  }),
);
const drums = allForces(Object.values(DRUM_NOTES).filter((key) => key !== null));
const kits = new Map(RECORDED_KITS.map((kit) => [GM_KITS[kit], drums]));

const bytes = readFileSync(source);
await BasicSoundBank.isSF3DecoderReady;
const bank = SoundBankLoader.fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const wanted = bank.presets.flatMap((preset) => {
  const keys = preset.isDrum
    ? kits.get(preset.program)
    : preset.bankMSB === 0
      ? programs.get(preset.program)
      : undefined;
  return keys === undefined ? [] : [[preset, keys] as const];
});
bank.trim(new Map(wanted));
const trimmed = new Uint8Array(bank.writeSF2());
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, trimmed);

for (const preset of bank.presets) {
  const samples = new Set(preset.zones.flatMap(({ instrument }) => instrument.zones.map(({ sample }) => sample)));
  const size = [...samples].reduce((sum, sample) => sum + sample.getRawData(true).length, 0);
  console.log(
    `${preset.isDrum ? 'kit' : '   '} ${String(preset.program).padStart(3)} ${preset.name.padEnd(24)} ${(size / 1e6).toFixed(2)} MB`,
  );
}
console.log(
  `${bank.presets.length} presets, ${bank.samples.length} recordings, ${(trimmed.length / 1e6).toFixed(2)} MB`,
);
