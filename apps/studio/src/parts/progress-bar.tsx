import './progress-bar.css';

/** How far something is: 0 to 1, or null when nobody knows, which looks different from any number. */
export function ProgressBar({
  fraction,
  label = 'Progress',
  tone = 'accent',
  size = 'normal',
}: {
  fraction: number | null;
  label?: string;
  tone?: 'accent' | 'good' | 'bad' | 'rest';
  size?: 'normal' | 'thin';
}) {
  return (
    <div
      className="progress"
      data-tone={tone}
      data-size={size}
      data-unknown={fraction === null ? '' : undefined}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.floor(fraction * 100)}
    >
      <div className="progress-fill" style={fraction === null ? undefined : { transform: `scaleX(${fraction})` }} />
    </div>
  );
}
