import { type Colour, lighter, toHex } from '../colour.js';

/** Collects what an SVG drawing needs to define once: gradients. */
export interface Pen {
  /** A fill that runs from one colour to the other; `angle` 0 is left to right, 90 top to bottom. */
  gradient(from: Colour, to: Colour, angle?: number, middle?: Colour): string;
  /** A round glow that fades to nothing. */
  glow(colour: Colour, strength: number): string;
  /** A body lit from the upper left: lighter there, darker below. */
  shade(colour: Colour, depth?: number): string;
  definitions(): string;
}

export function createPen(): Pen {
  const definitions: string[] = [];
  const glows = new Map<string, string>();
  const name = () => `g${definitions.length}`;

  function gradient(from: Colour, to: Colour, angle = 90, middle?: Colour): string {
    const id = name();
    const x = Math.cos((angle * Math.PI) / 180) / 2;
    const y = Math.sin((angle * Math.PI) / 180) / 2;
    const stops = middle === undefined ? [from, to] : [from, middle, to];
    const marks = stops.map(
      (stop, index) => `<stop offset="${index / (stops.length - 1)}" stop-color="${toHex(stop)}"/>`,
    );
    definitions.push(
      `<linearGradient id="${id}" x1="${n(0.5 - x)}" y1="${n(0.5 - y)}" x2="${n(0.5 + x)}" y2="${n(0.5 + y)}">${marks.join('')}</linearGradient>`,
    );
    return `url(#${id})`;
  }

  return {
    gradient,
    glow(colour, strength) {
      const hex = toHex(colour);
      const known = glows.get(`${hex} ${strength}`);
      if (known !== undefined) return known;
      const id = name();
      definitions.push(
        `<radialGradient id="${id}"><stop offset="0" stop-color="${hex}" stop-opacity="${strength}"/>` +
          `<stop offset="0.35" stop-color="${hex}" stop-opacity="${n(strength * 0.42)}"/>` +
          `<stop offset="0.65" stop-color="${hex}" stop-opacity="${n(strength * 0.14)}"/>` +
          `<stop offset="1" stop-color="${hex}" stop-opacity="0"/></radialGradient>`,
      );
      glows.set(`${hex} ${strength}`, `url(#${id})`);
      return `url(#${id})`;
    },
    shade: (colour, depth = 0.1) => gradient(lighter(colour, depth), lighter(colour, -depth), 62),
    definitions: () => `<defs>${definitions.join('')}</defs>`,
  };
}

/** A number as SVG likes it: short, never with an exponent. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function path(shape: string, fill: string, more = ''): string {
  return `<path d="${shape}" fill="${fill}"${more === '' ? '' : ` ${more}`}/>`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}"${more === '' ? '' : ` ${more}`}/>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}"${more === '' ? '' : ` ${more}`}/>`;
}

/** The shape and its mirror image in a box 100 wide. */
export function both(shape: string): string {
  return `${shape}<g transform="translate(100 0) scale(-1 1)">${shape}</g>`;
}
