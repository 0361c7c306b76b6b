import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { Panel } from '../parts/panel.js';
import type { Series } from './stats-series.js';
import { useThemeKey } from './use-theme-key.js';

/** One line of a chart. */
export interface Line {
  name: string;
  /** A colour of the theme: `--accent`. */
  colour: string;
  values: Series;
  /** Dashed, beside another line of the same colour. */
  dashed?: boolean;
}

const HEIGHT_PX = 160;

/** Lines over time. What they are worth now, or under the pointer, stands beside their names as text. */
export function Chart({
  title,
  times,
  lines,
  show,
}: {
  title: string;
  times: number[];
  lines: readonly Line[];
  /** A value in words, with its unit. */
  show: (value: number) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useThemeKey();
  const [pointed, setPointed] = useState<number | null>(null);
  const names = lines.map(({ name, colour, dashed = false }) => `${name} ${colour} ${dashed}`).join();
  const data = [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const newest = useRef({ data, lines, show });
  useEffect(() => {
    newest.current = { data, lines, show };
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const options = optionsOf(element, newest.current, (index) => setPointed(index));
    const made = new uPlot(options, newest.current.data, element);
    plot.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
    // Made anew with another theme or other lines; new values only move it.
  }, [theme, names]);
  useEffect(() => plot.current?.setData(newest.current.data), [times]);

  return (
    <Panel title={title} className="chart">
      <dl className="chart-legend">
        {lines.map(({ name, colour, values, dashed = false }) => {
          const value = (pointed === null ? undefined : values[pointed]) ?? values.at(-1) ?? null;
          return (
            <div key={name}>
              <dt>
                <span className="chart-swatch" data-dashed={dashed || undefined} style={{ color: `var(${colour})` }} />
                {name}
              </dt>
              <dd className="figures-even">{value === null ? '–' : show(value)}</dd>
            </div>
          );
        })}
      </dl>
      <div ref={box} className="chart-box" aria-hidden="true" />
    </Panel>
  );
}

function optionsOf(
  element: HTMLElement,
  { lines, show }: { lines: readonly Line[]; show: (value: number) => string },
  pointed: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => resolved(element, name);
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: colour('--soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(120, element.clientWidth),
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { y: { range: (_plot, _low, high) => [0, high === null || high <= 0 ? 1 : high * 1.15] } },
    axes: [
      { ...axis, space: 80, values: (_plot, ticks) => ticks.map(timeOfDay) },
      { ...axis, size: 62, values: (_plot, values) => values.map(show) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: colour(line.colour),
        width: 2,
        points: { show: false },
        ...(line.dashed === true ? { dash: [5, 4] } : {}),
      })),
    ],
    hooks: { setCursor: [(plot) => pointed(plot.cursor.idx ?? null)] },
  };
}

function timeOfDay(seconds: number): string {
  const at = new Date(seconds * 1000);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** A colour of the theme as the canvas takes it: it knows neither variables nor `light-dark()`. */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
