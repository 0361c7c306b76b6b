import { hasTrueColour, type PictureProtocol } from './detect.js';
import { type CellBox, encodeBlocks, encodeIterm, encodeKitty, eraseKitty, fitBox } from './encode.js';

/** A picture ready for the terminal. */
export interface DrawnPicture {
  /** Rows of cells that it covers. */
  rows: number;
  /** Draws it at the cursor, which is at the start of the first of `rows` empty rows, and leaves the cursor at the row below. */
  text: string;
  /** Takes away what erasing the rows does not. */
  erase: string;
}

/** Turns files of pictures into what a terminal shows. */
export interface PictureMaker {
  readonly protocol: PictureProtocol;
  /** Null when the file cannot be read as a picture: a preview is never worth a failure. */
  draw(file: Uint8Array, most: CellBox): Promise<DrawnPicture | null>;
}

/** Longest side sent to a terminal that draws pictures itself, in pixels: sharp enough, small enough for a slow line. */
const MAX_SIDE = 640;

/**
 * @param id number of the picture for the kitty protocol, which should be no other program's
 */
export function createPictureMaker(
  protocol: PictureProtocol,
  env: Readonly<Record<string, string | undefined>>,
  id: number,
): PictureMaker {
  return {
    protocol,
    async draw(file, most) {
      if (protocol === 'none' || most.columns < 2 || most.rows < 1) return null;
      try {
        return await drawAs(protocol, file, most, hasTrueColour(env), id);
      } catch {
        return null;
      }
    },
  };
}

async function drawAs(
  protocol: Exclude<PictureProtocol, 'none'>,
  file: Uint8Array,
  most: CellBox,
  trueColour: boolean,
  id: number,
): Promise<DrawnPicture> {
  // Loaded when the first picture comes: it takes longer than the rest of the command.
  const { default: sharp } = await import('sharp');
  const image = sharp(file);
  const { width, height } = await image.metadata();
  const box = fitBox(width, height, most);
  if (protocol === 'blocks') {
    const { data } = await image
      .resize(box.columns, box.rows * 2, { fit: 'fill' })
      .flatten()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const lines = encodeBlocks({ width: box.columns, height: box.rows * 2, rgb: data }, trueColour);
    return { rows: box.rows, text: `${lines.join('\n')}\n`, erase: '' };
  }
  const png = await image.resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true }).png().toBuffer();
  const drawn = protocol === 'kitty' ? encodeKitty(png, box, id) : encodeIterm(png, box);
  return {
    rows: box.rows,
    // Making room first keeps the screen from scrolling under the picture.
    text: `${'\n'.repeat(box.rows)}\x1b[${box.rows}A${drawn}\x1b[${box.rows}B`,
    erase: protocol === 'kitty' ? eraseKitty(id) : '',
  };
}
