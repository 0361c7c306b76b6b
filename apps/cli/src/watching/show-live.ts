import type { PictureMaker } from '../pictures/picture.js';
import { barLine } from '../progress/bar-line.js';
import { describeJob, type Watched } from '../progress/describe-job.js';
import { systemNow } from '../progress/now.js';
import { cutToCells, padToCells } from '../terminal/cell-width.js';
import { createLiveRegion } from '../terminal/live-region.js';
import { printable } from '../terminal/printable.js';
import type { Terminal } from '../terminal/terminal.js';
import { createPicturePump } from './picture-pump.js';
import { type Show, titleOf } from './show.js';

const LABEL_CELLS = 20;
/** Most rows that a picture takes, and rows that stay free for what was there before. */
const PICTURE_ROWS = 18;
const FREE_ROWS = 3;

/** Bars that move at the bottom of the terminal, under the newest picture when a single job is watched. */
export function createLiveShow(
  terminal: Terminal,
  write: (text: string) => void,
  pictures: PictureMaker,
  manyJobs: boolean,
): Show {
  const current = new Map<string, Watched>();
  const ended = new Set<string>();
  const wantsPictures = !manyJobs && pictures.protocol !== 'none';

  const lineOf = (watched: Watched) => {
    const { columns } = terminal.size();
    const style = { columns, unicode: terminal.unicode, paint: terminal.paint };
    return barLine(describeJob(watched, systemNow()), style, manyJobs ? labelOf(watched) : '');
  };
  const lines = () => {
    const room = Math.max(1, terminal.size().rows - FREE_ROWS);
    const all = [...current.values()];
    const shown = all.slice(0, all.length > room ? room - 1 : room).map(lineOf);
    return shown.length < all.length ? [...shown, `… and ${all.length - shown.length} more`] : shown;
  };
  const region = createLiveRegion({ write, columns: () => terminal.size().columns, lines });
  const pump = createPicturePump(
    (file) => {
      const { columns, rows } = terminal.size();
      return pictures.draw(file, { columns: columns - 2, rows: Math.min(PICTURE_ROWS, rows - FREE_ROWS - 1) });
    },
    (picture) => region.setPicture(picture),
  );

  return {
    wantsPictures,
    state(watched) {
      const { id, state } = watched.job;
      // Of several jobs, those that have ended make room for the others; a single one keeps its line.
      if (!manyJobs || state === 'queued' || state === 'running') current.set(id, watched);
      else if (!ended.has(id)) {
        ended.add(id);
        current.delete(id);
        region.print(lineOf(watched));
      }
      region.refresh();
    },
    fact: () => undefined,
    level: () => undefined,
    picture(_jobId, file) {
      if (wantsPictures) pump.show(file);
    },
    say: (line) => region.print(line),
    pause: () => region.pause(),
    resume: () => region.resume(),
    async close() {
      await pump.drained();
      region.close();
    },
  };
}

function labelOf({ job }: Watched): string {
  return padToCells(cutToCells(printable(titleOf(job)), LABEL_CELLS), LABEL_CELLS);
}
