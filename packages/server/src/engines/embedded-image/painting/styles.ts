/** A manner of painting: how the brush behaves and how the colours are graded. */
export interface Style {
  name: string;
  /** Length of strokes in brush widths. */
  length: number;
  /** 0: even paint, 1: single hairs show. */
  roughness: number;
  opacity: number;
  /** Variation of colour from stroke to stroke, 0..1. */
  liveliness: number;
  /** Width of the finest brush, as a factor. */
  coarseness: number;
  /** How much the refiner sharpens edges, 0..1. */
  crispness: number;
  /** Light on the ridges of the paint, 0..1. */
  relief: number;
  grade: Grade;
  /** Words that choose it, in prompt or `style`. */
  words: string;
}

/** What becomes of the colours, in this order. */
export interface Grade {
  /** 1 leaves the saturation as it is, 0 is grey. */
  saturation?: number;
  contrast?: number;
  /** Below 1 lifts the dark tones: paintings on pale paper. */
  gamma?: number;
  /** Mixes towards a tint: red, green, blue, part. */
  tint?: readonly [number, number, number, number];
  /** Greys take this tint (sepia, ink): dark end, light end. */
  duotone?: readonly [readonly [number, number, number], readonly [number, number, number]];
  /** Steps per colour channel. */
  levels?: number;
  /** Dark lines along edges on pale paper, 0..1. */
  outline?: number;
  /** Squares across the shorter side. */
  blocks?: number;
}

const OIL: Style = {
  name: 'oil',
  length: 3.2,
  roughness: 0.35,
  opacity: 0.9,
  liveliness: 0.3,
  coarseness: 1,
  crispness: 0.75,
  relief: 0.35,
  grade: { contrast: 1.04 },
  words: 'oil ölgemälde impasto painting painted gemälde',
};

/** The first is the default. */
export const STYLES: readonly [Style, ...Style[]] = [
  OIL,
  {
    ...OIL,
    name: 'watercolor',
    length: 1.6,
    roughness: 0.12,
    opacity: 0.5,
    liveliness: 0.25,
    crispness: 0.45,
    relief: 0,
    grade: { gamma: 0.62, tint: [252, 247, 236, 0.14] },
    words: 'watercolor watercolour aquarell acuarela aquarelle wash',
  },
  {
    ...OIL,
    name: 'sketch',
    length: 6,
    roughness: 0.7,
    opacity: 0.7,
    liveliness: 0.2,
    coarseness: 0.8,
    relief: 0,
    grade: {
      duotone: [
        [52, 50, 54],
        [246, 242, 232],
      ],
      gamma: 0.38,
      outline: 0.9,
    },
    words: 'sketch pencil drawing charcoal skizze zeichnung bleistift dibujo dessin graphite',
  },
  {
    ...OIL,
    name: 'ink',
    length: 4,
    roughness: 0.5,
    liveliness: 0.05,
    relief: 0,
    grade: {
      duotone: [
        [18, 18, 26],
        [244, 238, 224],
      ],
      contrast: 1.7,
      outline: 0.5,
    },
    words: 'ink tusche sumi woodcut linocut tinta encre',
  },
  {
    ...OIL,
    name: 'pointillism',
    length: 0,
    roughness: 0.1,
    liveliness: 0.9,
    coarseness: 3,
    crispness: 0.25,
    grade: { saturation: 1.25 },
    words: 'pointillism pointillist dots seurat mosaic stippled',
  },
  {
    ...OIL,
    name: 'pixel',
    length: 0,
    roughness: 0,
    opacity: 1,
    liveliness: 0,
    crispness: 1,
    relief: 0,
    grade: { blocks: 64, levels: 10, saturation: 1.1 },
    words: 'pixel pixelart 8bit 16bit pixelated retro',
  },
  {
    ...OIL,
    name: 'flat',
    roughness: 0,
    opacity: 1,
    liveliness: 0,
    crispness: 1,
    relief: 0,
    grade: { saturation: 1.18, contrast: 1.06 },
    words: 'flat vector poster minimalist minimal cartoon illustration comic plakat sticker',
  },
  {
    ...OIL,
    name: 'impressionist',
    length: 2.2,
    roughness: 0.5,
    liveliness: 0.75,
    coarseness: 2.6,
    crispness: 0.3,
    relief: 0.6,
    grade: { saturation: 1.15 },
    words: 'impressionist impressionism monet gogh vangogh expressionist',
  },
  {
    ...OIL,
    name: 'neon',
    liveliness: 0.3,
    relief: 0,
    grade: { saturation: 1.9, contrast: 1.35, tint: [40, 0, 90, 0.18] },
    words: 'neon cyberpunk synthwave vaporwave glowing psychedelic',
  },
  {
    ...OIL,
    name: 'pastel',
    grade: { gamma: 0.58, saturation: 0.85, tint: [255, 236, 242, 0.2] },
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
    liveliness: 0.45,
    grade: { saturation: 1.4, contrast: 1.1 },
    words: 'vivid vibrant colorful colourful bunt saturated anime fantasy',
  },
  {
    ...OIL,
    name: 'realistic',
    length: 2.4,
    roughness: 0.15,
    liveliness: 0.12,
    coarseness: 0.7,
    crispness: 1,
    relief: 0.1,
    grade: { contrast: 1.05 },
    words: 'realistic photo photograph photorealistic photorealism detailed hyperrealistic cinematic',
  },
];
