import { parseSource } from './parse-source.js';
import { type Files, isForTests, isSource } from './source-tree.js';

/** What pleasant code keeps to. Examples to follow: the report names what goes beyond, people decide. */
export const LIMITS = { medianLines: 140, fileLines: 320, functionLines: 60 };

/** How the source looks in numbers. */
export interface StyleReport {
  files: number;
  medianLines: number;
  /** The part of the files that is within the limit, 0 to 1. */
  shortFiles: number;
  longFiles: { path: string; lines: number }[];
  longFunctions: { path: string; name: string; line: number; lines: number }[];
}

/** Measures all source files but those for tests. */
export function measureStyle(files: Files): StyleReport {
  const measured = [...files]
    .filter(([path]) => isSource(path) && !isForTests(path))
    .map(([path, text]) => ({ path, parsed: parseSource(path, text) }));
  const lengths = measured.map(({ parsed }) => parsed.lines).sort((left, right) => left - right);
  const longFiles = measured
    .filter(({ parsed }) => parsed.lines > LIMITS.fileLines)
    .map(({ path, parsed }) => ({ path, lines: parsed.lines }));
  const longFunctions = measured.flatMap(({ path, parsed }) =>
    // A factory's body is the list of what it makes; its inner functions are measured by themselves.
    parsed.functions
      .filter(({ lines, name }) => lines > LIMITS.functionLines && !/^create[A-Z]|^open[A-Z]/.test(name))
      .map((one) => ({ path, ...one })),
  );
  return {
    files: measured.length,
    medianLines: lengths[Math.floor(lengths.length / 2)] ?? 0,
    shortFiles: measured.length === 0 ? 1 : 1 - longFiles.length / measured.length,
    longFiles: longFiles.sort((left, right) => right.lines - left.lines),
    longFunctions: longFunctions.sort((left, right) => right.lines - left.lines),
  };
}

/** The report as lines for people. */
export function describeStyle(report: StyleReport): string {
  return [
    `${report.files} files, median ${report.medianLines} lines, ${Math.round(report.shortFiles * 100)} % within ${LIMITS.fileLines}`,
    ...report.longFiles.map(({ path, lines }) => `  ${path}: ${lines} lines`),
    ...report.longFunctions.map(({ path, name, line, lines }) => `  ${path}:${line} ${name}: ${lines} lines`),
  ].join('\n');
}
