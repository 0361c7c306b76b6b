import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Judges files: an independent decoder and meter. Named by the test command; else the one in PATH; null: there is none. */
export const FFMPEG: string | null = find();
export const NO_FFMPEG = 'ffmpeg was not found: install it, or set RENDERCAST_TEST_FFMPEG to its path';

function find(): string | null {
  const named = process.env['RENDERCAST_TEST_FFMPEG'];
  const command = named === undefined || named === '' ? 'ffmpeg' : named;
  return spawnSync(command, ['-version']).status === 0 ? command : null;
}

/** What ffmpeg writes when it reads these bytes: from a file, as it cuts the padding of an MP3 only where it can seek. */
async function run(bytes: Uint8Array, args: readonly string[]): Promise<{ out: Buffer; said: string }> {
  if (FFMPEG === null) throw new Error(NO_FFMPEG);
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-judge-'));
  try {
    const file = join(folder, 'song');
    await writeFile(file, bytes);
    return await answerOf(spawn(FFMPEG, ['-hide_banner', '-nostdin', '-i', file, ...args], { stdio: 'pipe' }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function answerOf(child: ChildProcessWithoutNullStreams): Promise<{ out: Buffer; said: string }> {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const said = Buffer.concat(err).toString();
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said}`);
  return { out: Buffer.concat(out), said };
}

/** Both channels as ffmpeg decodes them, at the file's own rate. */
export async function decodeWithFfmpeg(file: Uint8Array): Promise<{ left: Float32Array; right: Float32Array }> {
  const { out } = await run(file, ['-map', '0:a', '-f', 'f32le', '-ac', '2', 'pipe:1']);
  const pairs = new Float32Array(out.buffer.slice(out.byteOffset, out.byteOffset + out.byteLength));
  const channel = (side: number) => Float32Array.from({ length: pairs.length / 2 }, (_, i) => pairs[i * 2 + side] ?? 0);
  return { left: channel(0), right: channel(1) };
}

/** Integrated loudness and true peak as ffmpeg's meter (EBU R 128) measures them. */
export async function measureWithFfmpeg(file: Uint8Array): Promise<{ loudnessLufs: number; truePeakDbfs: number }> {
  const { said } = await run(file, ['-map', '0:a', '-af', 'ebur128=peak=true', '-f', 'null', '-']);
  const summary = said.slice(said.lastIndexOf('Summary:'));
  const figure = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? Number.NaN);
  return { loudnessLufs: figure(/I:\s+(-?[\d.]+) LUFS/), truePeakDbfs: figure(/Peak:\s+(-?[\d.]+) dBFS/) };
}

/** What ffmpeg says about a file: its tags, its streams, its length. */
export async function describeWithFfmpeg(file: Uint8Array): Promise<string> {
  return (await run(file, ['-f', 'ffmetadata', '-'])).said;
}
