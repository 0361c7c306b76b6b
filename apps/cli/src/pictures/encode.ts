const ESC = '\x1b';

/** A place for a picture, in cells of the terminal. */
export interface CellBox {
  columns: number;
  rows: number;
}

/** Raw pixels: three bytes each, row by row. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** Most base64 characters of one chunk, by the kitty protocol. */
const KITTY_CHUNK = 4096;

/**
 * Shows a PNG by the kitty graphics protocol at the cursor, scaled to the box; the cursor stays. A picture of the same
 * id takes the place of the one before. `q=2` keeps the terminal from answering, which would arrive as typed keys.
 */
export function encodeKitty(png: Uint8Array, box: CellBox, id: number): string {
  const data = Buffer.from(png).toString('base64');
  const control = `a=T,f=100,i=${id},p=1,c=${box.columns},r=${box.rows},C=1,q=2`;
  let frames = '';
  for (let start = 0; start < data.length || start === 0; start += KITTY_CHUNK) {
    const more = start + KITTY_CHUNK < data.length ? 1 : 0;
    const head = start === 0 ? `${control},m=${more}` : `m=${more},q=2`;
    frames += `${ESC}_G${head};${data.slice(start, start + KITTY_CHUNK)}${ESC}\\`;
  }
  return frames;
}

/** Takes the picture of this id off the screen. */
export function eraseKitty(id: number): string {
  return `${ESC}_Ga=d,d=I,i=${id},q=2${ESC}\\`;
}

/** Shows a picture (any format that the terminal's system reads) as an iTerm2 inline image; the cursor is put back. */
export function encodeIterm(picture: Uint8Array, box: CellBox): string {
  const data = Buffer.from(picture).toString('base64');
  const options = `inline=1;size=${picture.length};width=${box.columns};height=${box.rows};preserveAspectRatio=1`;
  return `${ESC}7${ESC}]1337;File=${options}:${data}\x07${ESC}8`;
}

/**
 * Draws pixels as half blocks, two rows of pixels to a row of cells: the upper one is the foreground, the lower one the
 * background. Lines are not ended by a line break.
 */
export function encodeBlocks(pixels: Pixels, trueColour: boolean): string[] {
  const colour = trueColour ? trueColourCode : paletteCode;
  const lines: string[] = [];
  for (let y = 0; y < pixels.height; y += 2) {
    let line = '';
    let last = '';
    for (let x = 0; x < pixels.width; x += 1) {
      const upper = colour(38, pixels, x, y);
      const lower = y + 1 < pixels.height ? colour(48, pixels, x, y + 1) : '49';
      const code = `${ESC}[${upper};${lower}m`;
      line += code === last ? '▀' : `${code}▀`;
      last = code;
    }
    lines.push(`${line}${ESC}[0m`);
  }
  return lines;
}

/** The largest box of at most these cells that keeps the shape of a picture; a cell is twice as high as wide. */
export function fitBox(width: number, height: number, most: CellBox): CellBox {
  const scale = Math.min(most.columns / width, (most.rows * 2) / height);
  return {
    columns: Math.max(1, Math.min(most.columns, Math.round(width * scale))),
    rows: Math.max(1, Math.min(most.rows, Math.round((height * scale) / 2))),
  };
}

type Colour = (ground: 38 | 48, pixels: Pixels, x: number, y: number) => string;

const trueColourCode: Colour = (ground, { rgb, width }, x, y) => {
  const at = (y * width + x) * 3;
  return `${ground};2;${rgb[at] ?? 0};${rgb[at + 1] ?? 0};${rgb[at + 2] ?? 0}`;
};

/** The nearest of the 216 colours of the cube in the 256-colour palette. */
const paletteCode: Colour = (ground, { rgb, width }, x, y) => {
  const at = (y * width + x) * 3;
  const [red, green, blue] = [0, 1, 2].map((offset) => cubeStep(rgb[at + offset] ?? 0)) as [number, number, number];
  return `${ground};5;${16 + 36 * red + 6 * green + blue}`;
};

/** The cube's levels are 0, 95, 135, 175, 215, 255. */
function cubeStep(value: number): number {
  return value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.floor((value - 35) / 40));
}
