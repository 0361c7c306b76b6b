import type { Grade } from './manners/tone.js';

/** A manner of painting: what the painter makes of the scene, how the brush behaves, and what it is painted on. */
export interface Style {
  name: string;
  /** How the scene is seen before it is painted. */
  manner: 'plain' | 'watercolour' | 'ink' | 'sketch' | 'flat' | 'pixel';
  /** What the paint lies on, which shows in the end. */
  surface: 'canvas' | 'wash' | 'chalk' | 'paper' | 'glow' | 'none';
  /** Length of strokes in brush widths. */
  length: number;
  /** 0: even paint, 1: single hairs show. */
  roughness: number;
  opacity: number;
  /** Variation of colour from stroke to stroke: 1 is much, dots take more. */
  liveliness: number;
  /** Width of the finest brush, as a factor. */
  coarseness: number;
  /** Radius of the finest brush where nothing happens, as a part of the shorter side: skies keep their broad strokes. */
  breadth: number;
  /** Where strokes run that follow no edge, in radians; absent: a slow seeded current carries them. */
  direction?: number;
  /** How much the refiner sharpens edges, 0..1. */
  crispness: number;
  /** How much of that the even parts get too, 0..1. */
  evenness: number;
  /** Light on the ridges of the paint, 0..1. */
  relief: number;
  grade: Grade;
  /** Words that choose it, in prompt or `style`. */
  words: string;
}

const OIL: Style = {
  name: 'oil',
  manner: 'plain',
  surface: 'canvas',
  length: 3.4,
  roughness: 0.45,
  opacity: 0.92,
  liveliness: 0.42,
  coarseness: 1,
  breadth: 1 / 52,
  crispness: 0.75,
  evenness: 0.06,
  relief: 0.6,
  grade: { contrast: 1.04, saturation: 1.06 },
  words: 'oil ölgemälde impasto painting painted gemälde',
};

/** Paint without body on a plain ground: what drawing and print have in common. */
const LINE: Style = { ...OIL, relief: 0, liveliness: 0.05, crispness: 0.96, evenness: 0.5, grade: {} };

/** The first is the default. */
export const STYLES: readonly [Style, ...Style[]] = [
  OIL,
  {
    ...OIL,
    name: 'watercolor',
    manner: 'watercolour',
    surface: 'wash',
    length: 1.3,
    roughness: 0.08,
    opacity: 0.5,
    liveliness: 0.4,
    breadth: 1 / 26,
    crispness: 0.7,
    evenness: 0.12,
    relief: 0,
    grade: { gamma: 0.74, saturation: 1.12, tint: [252, 248, 238, 0.1] },
    words: 'watercolor watercolour aquarell acuarela aquarelle wash',
  },
  {
    ...LINE,
    name: 'sketch',
    manner: 'sketch',
    surface: 'paper',
    length: 6,
    roughness: 0.6,
    opacity: 0.7,
    breadth: 1 / 80,
    direction: -0.9,
    words: 'sketch pencil drawing charcoal skizze zeichnung bleistift dibujo dessin graphite',
  },
  {
    ...LINE,
    name: 'ink',
    manner: 'ink',
    surface: 'paper',
    length: 4,
    roughness: 0.75,
    opacity: 0.85,
    liveliness: 0.12,
    breadth: 1 / 30,
    evenness: 0.12,
    words: 'ink tusche sumi woodcut linocut tinta encre',
  },
  {
    ...OIL,
    name: 'pointillism',
    length: 0,
    roughness: 0.1,
    liveliness: 2.4,
    coarseness: 3.4,
    breadth: 1 / 64,
    crispness: 0.15,
    evenness: 0,
    relief: 0.5,
    grade: { saturation: 1.25 },
    words: 'pointillism pointillist dots seurat mosaic stippled',
  },
  {
    ...LINE,
    name: 'pixel',
    manner: 'pixel',
    surface: 'none',
    grade: { saturation: 1.12, contrast: 1.06 },
    words: 'pixel pixelart 8bit 16bit pixelated retro',
  },
  {
    ...LINE,
    name: 'flat',
    manner: 'flat',
    surface: 'none',
    roughness: 0,
    opacity: 1,
    liveliness: 0,
    breadth: 0,
    crispness: 1,
    evenness: 1,
    grade: { saturation: 1.16, contrast: 1.05 },
    words: 'flat vector poster minimalist minimal cartoon illustration comic plakat sticker',
  },
  {
    ...OIL,
    name: 'impressionist',
    length: 2.4,
    roughness: 0.6,
    liveliness: 0.9,
    coarseness: 3.8,
    breadth: 1 / 34,
    crispness: 0.2,
    relief: 1,
    grade: { saturation: 1.16 },
    words: 'impressionist impressionism monet gogh vangogh expressionist',
  },
  {
    ...OIL,
    name: 'neon',
    surface: 'glow',
    crispness: 0.9,
    relief: 0,
    grade: { saturation: 1.9, contrast: 1.35, tint: [40, 0, 90, 0.18] },
    words: 'neon cyberpunk synthwave vaporwave glowing psychedelic',
  },
  {
    ...OIL,
    name: 'pastel',
    surface: 'chalk',
    length: 3,
    roughness: 0.85,
    opacity: 0.8,
    liveliness: 0.7,
    breadth: 1 / 40,
    direction: -1.05,
    crispness: 0.6,
    relief: 0,
    grade: { gamma: 0.84, saturation: 1.18, tint: [246, 226, 214, 0.09] },
    words: 'pastel soft kawaii dreamy',
  },
  {
    ...OIL,
    name: 'mono',
    grade: {
      duotone: [
        [14, 14, 16],
        [248, 248, 246],
      ],
      contrast: 1.1,
    },
    words: 'monochrome mono noir blackandwhite grayscale greyscale schwarzweiß schwarzweiss',
  },
  {
    ...OIL,
    name: 'sepia',
    grade: {
      duotone: [
        [42, 24, 12],
        [250, 232, 200],
      ],
    },
    words: 'sepia vintage daguerreotype antique',
  },
  {
    ...OIL,
    name: 'vivid',
    liveliness: 0.5,
    grade: { saturation: 1.4, contrast: 1.1 },
    words: 'vivid vibrant colorful colourful bunt saturated anime fantasy',
  },
  {
    ...OIL,
    name: 'realistic',
    length: 2.4,
    roughness: 0.15,
    liveliness: 0.1,
    coarseness: 0.7,
    breadth: 1 / 110,
    crispness: 1,
    evenness: 0.5,
    relief: 0.12,
    grade: { contrast: 1.05 },
    words: 'realistic photo photograph photorealistic photorealism detailed hyperrealistic cinematic',
  },
];
