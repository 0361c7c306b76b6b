import { readFile } from 'node:fs/promises';
import { type BasicPreset, type BasicSample, BasicSoundBank, SoundBankLoader, SpessaLog } from 'spessasynth_core';
import { type Zone, zoneOf } from './zone.js';

/** Recorded instruments. */
export interface SoundBank {
  /**
   * The recordings that sound for a key struck with a force from 0 to 1; none where the bank has no such instrument.
   *
   * @param program of General MIDI, counted from 0.
   * @param drums whether a kit is meant: then keys are drums.
   */
  zones(program: number, drums: boolean, key: number, velocity: number): readonly Zone[];
  /** Lets go of unpacked recordings when they take more than {@link UNPACKED_BYTES}: call it between two songs. */
  tidy(): void;
}

/** The file, 8.2 MB: made by `scripts/trim-soundfont.mjs`, which names its source and licence. */
const FILE = new URL('../../../../assets/embedded-music/fluid-mono-trimmed.sf3', import.meta.url);

/** Unpacked recordings that are kept from one song for the next: 48 MB. One song unpacks 5 to 30 MB. */
const UNPACKED_BYTES = 48 * 1024 * 1024;

/** Forces that are told apart: recordings differ by force in two or three layers. */
const FORCES = 8;

let opened: Promise<SoundBank> | null = null;

/** The bank of this thread: read once, on the first call; recordings are unpacked when a note first needs them. */
export function openSoundBank(): Promise<SoundBank> {
  opened ??= load().catch((thrown: unknown) => {
    opened = null;
    throw thrown;
  });
  return opened;
}

async function load(): Promise<SoundBank> {
  SpessaLog.setLogLevel(false, false, false);
  const bytes = await readFile(FILE);
  await BasicSoundBank.isSF3DecoderReady;
  const bank = SoundBankLoader.fromArrayBuffer(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  return createSoundBank(bank.presets);
}

function createSoundBank(presets: readonly BasicPreset[]): SoundBank {
  const byName = new Map(presets.map((preset) => [nameOf(preset.isDrum, preset.program), preset]));
  const unpacked = new Map<BasicSample, Float32Array>();
  const zones = new Map<string, readonly Zone[]>();
  let bytes = 0;
  const unpack = (sample: BasicSample): Float32Array => {
    const known = unpacked.get(sample);
    if (known !== undefined) return known;
    const packed = sample.getRawData(true);
    const samples = sample.getAudioData();
    // The library would keep what it unpacked for good: it is given the packed bytes again.
    sample.setCompressedData(packed);
    unpacked.set(sample, samples);
    bytes += samples.byteLength;
    return samples;
  };
  return {
    zones(program, drums, key, velocity) {
      const force = Math.max(1, Math.ceil(velocity * FORCES));
      const name = `${nameOf(drums, program)} ${key} ${force}`;
      const known = zones.get(name);
      if (known !== undefined) return known;
      const midiVelocity = Math.min(127, Math.round((force - 0.5) * (127 / FORCES)));
      const found = (byName.get(nameOf(drums, program))?.getVoiceParameters(key, midiVelocity) ?? []).map((one) =>
        zoneOf(one, key, unpack(one.sample)),
      );
      zones.set(name, found);
      return found;
    },
    tidy() {
      if (bytes <= UNPACKED_BYTES) return;
      unpacked.clear();
      zones.clear();
      bytes = 0;
    },
  };
}

const nameOf = (drums: boolean, program: number) => `${drums ? 'kit' : 'program'} ${program}`;
