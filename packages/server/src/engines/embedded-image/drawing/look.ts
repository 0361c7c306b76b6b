import { COLOURS, type Colour, type ColourName, mix } from '../colour.js';
import type { Random } from '../random.js';
import type { Pen } from './pen.js';

/** What a subject is drawn with. It fills a box of 100 × 100 whose lower edge is the ground. */
export interface Look {
  pen: Pen;
  /** The colour that was asked for; null: the subject's own. */
  asked: Colour | null;
  random: Random;
  /** Light that falls on it: strong colours stay, whites and greys take some of it. */
  ambient: Colour;
  night: boolean;
}

export type Draw = (look: Look) => string;

/** The asked colour, or the subject's own. */
export function coat({ asked }: Look, own: Colour | ColourName): Colour {
  return asked ?? (typeof own === 'string' ? COLOURS[own] : own);
}

/** White in this light: never pure, so that it sits in the picture. */
export function white({ ambient, night }: Look): Colour {
  return mix({ hue: 40, saturation: 0.4, lightness: 0.95 }, ambient, night ? 0.16 : 0.06);
}

export const INK: Colour = { hue: 255, saturation: 0.3, lightness: 0.11 };
