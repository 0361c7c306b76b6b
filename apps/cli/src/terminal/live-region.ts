import type { DrawnPicture } from '../pictures/picture.js';
import { cellWidth } from './cell-width.js';

const ESC = '\x1b';
const HIDE_CURSOR = `${ESC}[?25l`;
const SHOW_CURSOR = `${ESC}[?25h`;
const ERASE_BELOW = `${ESC}[J`;

/** Redraws come at most this often: 20 a second. */
const REDRAW_MS = 50;
/** Without news the lines are drawn again this often, for the times in them. */
const IDLE_REDRAW_MS = 500;

/** A part at the bottom of the terminal that is drawn again and again: a picture above some lines. */
export interface LiveRegion {
  /** Asks for a redraw soon; many asks make one. */
  refresh(): void;
  /** Puts another picture above the lines; null takes it away. */
  setPicture(picture: DrawnPicture | null): void;
  /** Prints a line that stays, above the region. */
  print(line: string): void;
  /** Takes the lines away and stops drawing until `resume`; for questions. The picture stays. */
  pause(): void;
  resume(): void;
  /** Draws once more and stops; what is drawn stays. */
  close(): void;
}

export interface LiveRegionOptions {
  write: (text: string) => void;
  columns: () => number;
  /** The lines as they are now, each narrower than the terminal. */
  lines: () => string[];
}

/** Starts drawing. */
export function createLiveRegion({ write, columns, lines }: LiveRegionOptions): LiveRegion {
  let picture: DrawnPicture | null = null;
  let drawnPicture: DrawnPicture | null = null;
  let drawn: string[] = [];
  let drawing = true;
  let redrawAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let printing = '';

  // Lines that were drawn in a wider terminal now wrap.
  const rowsOf = (line: string) => Math.max(1, Math.ceil(cellWidth(line) / Math.max(1, columns())));
  const up = (rows: number) => (rows > 0 ? `${ESC}[${rows}A` : '');
  const drawnRows = () => drawn.reduce((rows, line) => rows + rowsOf(line), 0);

  /** Erases what must change: the lines, or the picture with them. */
  const erase = (withPicture: boolean): string => {
    const rows = drawnRows() + (withPicture ? (drawnPicture?.rows ?? 0) : 0);
    const text = `${up(rows)}${rows > 0 ? '\r' : ''}${ERASE_BELOW}${withPicture ? (drawnPicture?.erase ?? '') : ''}`;
    drawn = [];
    if (withPicture) drawnPicture = null;
    return text;
  };

  const draw = () => {
    const pictureToo = picture !== drawnPicture || printing !== '';
    let text = erase(pictureToo) + printing;
    printing = '';
    if (pictureToo && picture !== null) text += picture.text;
    drawnPicture = picture;
    drawn = lines();
    write(text + drawn.map((line) => `${line}\n`).join(''));
    redrawAt = performance.now() + REDRAW_MS;
    schedule(IDLE_REDRAW_MS);
  };

  const schedule = (delayMs: number) => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(draw, delayMs);
    timer.unref();
  };

  const stop = (): void => {
    drawing = false;
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  // Whatever ends the process: a terminal without a cursor is no gift.
  const showCursor = () => write(SHOW_CURSOR);
  process.once('exit', showCursor);

  const region: LiveRegion = {
    refresh() {
      if (drawing) schedule(Math.max(0, redrawAt - performance.now()));
    },
    setPicture(next) {
      picture = next;
      region.refresh();
    },
    print(line) {
      printing += `${line}\n`;
      region.refresh();
    },
    pause() {
      if (!drawing) return;
      if (printing !== '') draw();
      stop();
      write(`${erase(false)}${SHOW_CURSOR}`);
      drawnPicture = null; // what is printed next pushes it away: it stays as it is
    },
    resume() {
      if (drawing) return;
      drawing = true;
      write(HIDE_CURSOR);
      draw();
    },
    close() {
      draw();
      stop();
      write(SHOW_CURSOR);
      process.removeListener('exit', showCursor);
    },
  };
  write(HIDE_CURSOR);
  draw();
  return region;
}
