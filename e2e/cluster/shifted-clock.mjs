/** Loaded before a program: its wall clock is SHIFT_MS off, its monotonic one is right. */
const shiftMs = Number(process.env.SHIFT_MS ?? 0);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
