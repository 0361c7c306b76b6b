import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './backup-error.js';
import { isBackupPath } from './manifest.js';

/**
 * A backup as one file: a tar archive (POSIX ustar, https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html),
 * which every system can look into. Names in a backup are short, so its plain headers do; files beyond 8 GiB write their
 * size the way GNU tar does.
 */
const BLOCK_BYTES = 512;
const CHUNK_BYTES = 1024 * 1024;
const MOST_OCTAL_BYTES = 8 ** 11 - 1;

/** Whether a backup of this name is one file. */
export function isArchive(path: string): boolean {
  return path.toLowerCase().endsWith('.tar');
}

/** Packs all files of a folder into a new archive and syncs it. */
export async function packArchive(dir: string, to: string): Promise<void> {
  const archive = await open(to, 'wx', 0o600);
  try {
    for (const path of (await filesUnder(dir)).sort()) {
      const file = join(dir, path);
      const { size, mtimeMs } = await stat(file);
      await archive.writeFile(header(path, size, Math.floor(mtimeMs / 1000)));
      const source = await open(file, 'r');
      try {
        await pour(source, archive, size);
      } finally {
        await source.close();
      }
      await archive.writeFile(Buffer.alloc(padding(size)));
    }
    await archive.writeFile(Buffer.alloc(2 * BLOCK_BYTES));
    await archive.sync();
  } finally {
    await archive.close();
  }
}

async function filesUnder(dir: string, within = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(dir, within), { withFileTypes: true })) {
    const path = within === '' ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesUnder(dir, path)));
    else found.push(path);
  }
  return found;
}

/** Unpacks an archive into a folder. @throws BackupError `torn` when it is cut off, `corrupt` when it is not one of ours. */
export async function unpackArchive(from: string, dir: string): Promise<void> {
  const archive = await open(from, 'r').catch((cause: unknown) => {
    throw new BackupError('torn', `${from} cannot be read.`, cause);
  });
  try {
    for (;;) {
      const entry = readHeader(from, await exactly(from, archive, BLOCK_BYTES));
      if (entry === null) return;
      const target = join(dir, entry.path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const file = await open(target, 'wx', 0o600);
      try {
        await pour(archive, file, entry.size, () => torn(from));
      } finally {
        await file.close();
      }
      await exactly(from, archive, padding(entry.size));
    }
  } finally {
    await archive.close();
  }
}

const torn = (from: string): BackupError => new BackupError('torn', `${from} is cut off: it is not a whole backup.`);

/** Moves so many bytes from where one file stands to where the other does. */
async function pour(
  from: FileHandle,
  to: FileHandle,
  bytes: number,
  tooShort: () => Error = () => new Error('a file of the backup became shorter while it was packed'),
): Promise<void> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let left = bytes; left > 0; ) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, left), null);
    if (bytesRead === 0) throw tooShort();
    await to.writeFile(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
}

async function exactly(from: string, archive: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  for (let read = 0; read < bytes; ) {
    const { bytesRead } = await archive.read(buffer, read, bytes - read, null);
    if (bytesRead === 0) throw torn(from);
    read += bytesRead;
  }
  return buffer;
}

const padding = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;

function header(path: string, size: number, mtimeSeconds: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(path) > 100) throw new Error(`the name ${path} is too long for the archive`);
  block.write(path, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (size <= MOST_OCTAL_BYTES) block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write(`${mtimeSeconds.toString(8).padStart(11, '0')}\0`, 136);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The sum of the header's bytes, its own field taken as blanks. */
function checksum(block: Buffer): number {
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum;
}

/** Null: the end of the archive. */
function readHeader(from: string, block: Buffer): { path: string; size: number } | null {
  if (block.every((byte) => byte === 0)) return null;
  const path = block.toString('utf8', 0, 100).replace(/\0.*$/s, '');
  const isGnuSize = (block[124] ?? 0) >= 0x80;
  const size = isGnuSize ? Number(block.readBigUInt64BE(128)) : octal(block, 124, 12);
  const isOurs = octal(block, 148, 8) === checksum(block) && isBackupPath(path) && Number.isSafeInteger(size);
  if (!isOurs) throw new BackupError('corrupt', `${from} is damaged, or no backup of Rendercast.`);
  return { path, size };
}

function octal(block: Buffer, start: number, length: number): number {
  return Number.parseInt(block.toString('latin1', start, start + length).replace(/[\0 ].*$/s, ''), 8);
}
