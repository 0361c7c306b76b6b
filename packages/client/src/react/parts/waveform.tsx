import { memo, type ReactElement } from 'react';

const HEIGHT = 100;

/** The shape of a sound as one drawing, in the colour of the text around it. Without peaks it is a line. */
export const Waveform = memo(function Waveform({ peaks }: { peaks: readonly number[] | null }): ReactElement {
  const values = peaks ?? Array.from({ length: 160 }, () => 0);
  const bars = values.map((peak, index) => {
    const half = Math.max(2, peak * (HEIGHT / 2 - 2));
    return `M${index + 0.5} ${HEIGHT / 2 - half}V${HEIGHT / 2 + half}`;
  });
  return (
    <svg className="rc-wave" viewBox={`0 0 ${values.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={bars.join('')} fill="none" stroke="currentColor" strokeWidth="0.62" />
    </svg>
  );
});
