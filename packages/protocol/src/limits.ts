/** Bounds that belong to the treaty: the same on every server. Limits an operator may move live in the server's config. */
export const LIMITS = {
  /** Characters of a prompt or negative prompt: room for long tagged prompts, small enough to log and search. */
  promptChars: 10_000,
  /** Characters of a client-chosen id or an idempotency key. */
  clientIdChars: 128,
  /** Pixels per side. */
  minSide: 64,
  maxSide: 4096,
  /** Sampling steps of one image. */
  maxSteps: 500,
  /** Images of one job. */
  maxCount: 16,
  /** Sections of one plan. */
  maxSections: 60,
  /** Length of one section and of a song, in milliseconds. */
  minSectionMs: 1_000,
  maxSongMs: 600_000,
  /** Tags of one job and characters of one tag. */
  maxTags: 32,
  tagChars: 64,
  /** Jobs of one batch. */
  maxBatch: 100,
  /** Items of one list page: default and most. */
  pageDefault: 50,
  pageMax: 200,
  /** Priority: higher runs first. */
  minPriority: -100,
  maxPriority: 100,
  /** Characters of a note's JSON. */
  noteChars: 16_384,
  /** Levels that free-form JSON (`extra`, notes) may nest: far more than anyone writes, far less than overflows a stack. */
  jsonDepth: 32,
  /** Seeds fit in a signed 32-bit range without the sign, as every known backend takes them. */
  maxSeed: 4_294_967_295,
  /** Bytes of one preview picture. */
  previewBytes: 100_000,
  /** Longest `?wait=` of a long-poll, in milliseconds: below the 60 s at which proxies cut. */
  maxWaitMs: 55_000,
} as const;
