import type { BitWriter } from './bit-writer.js';

/** Samples that share one parameter where a frame can be parted so. */
const PARTITION_SAMPLES = 256;
const MOST_PARTITION_ORDER = 4;
/** Codes of four bits: parameters up to 14. */
const HIGHEST_PARAMETER = 14;

/**
 * Writes residuals in Rice codes: the lowest bits as they are, the rest as a number of zeros. RFC 9639, section 9.2.7.
 *
 * @param order samples of the frame that stand before the residuals.
 */
export function writeResiduals(bits: BitWriter, residuals: Int32Array, order: number): void {
  const samples = residuals.length + order;
  const partitionOrder = samples === PARTITION_SAMPLES << MOST_PARTITION_ORDER ? MOST_PARTITION_ORDER : 0;
  const size = samples >> partitionOrder;
  bits.write(0, 2);
  bits.write(partitionOrder, 4);
  let from = 0;
  for (let partition = 0; partition < 1 << partitionOrder; partition++) {
    const to = Math.min(residuals.length, (partition + 1) * size - order);
    const parameter = parameterOf(residuals, from, to);
    bits.write(parameter, 4);
    for (let i = from; i < to; i++) {
      const value = residuals[i] as number;
      // Signs become the lowest bit.
      const folded = value >= 0 ? value * 2 : -value * 2 - 1;
      bits.unary(folded >>> parameter);
      if (parameter > 0) bits.write(folded & ((1 << parameter) - 1), parameter);
    }
    from = to;
  }
}

/** The parameter that makes codes of this mean shortest. */
function parameterOf(residuals: Int32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(residuals[i] as number);
  const mean = (2 * sum) / Math.max(1, to - from);
  return Math.max(0, Math.min(HIGHEST_PARAMETER, Math.floor(Math.log2(mean * Math.LN2 + 1e-9) + 0.5)));
}
