import { IconButton } from '../parts/button.js';
import { NumberField, SelectField } from '../parts/field.js';

const SIZES = ['512x512', '768x768', '1024x1024', '768x512', '1024x768', '1216x832', '512x768', '768x1024', '832x1216'];

/** Width and height: the usual ones in a list, any others by hand. */
export function SizeField({
  width,
  height,
  onSize,
}: {
  width: string;
  height: string;
  onSize: (size: { width: string; height: string }) => void;
}) {
  const now = `${width}x${height}`;
  const options = SIZES.map((size) => ({ value: size, title: size.replace('x', ' × ') }));
  const isUsual = SIZES.includes(now);
  return (
    <>
      <SelectField
        label="Size"
        value={isUsual ? now : 'own'}
        onValue={(size) => {
          const [w, h] = size.split('x');
          if (w !== undefined && h !== undefined) onSize({ width: w, height: h });
        }}
        options={isUsual ? options : [...options, { value: 'own', title: `${width} × ${height}` }]}
      />
      <div className="image-size">
        <NumberField
          label="Width"
          value={width}
          onValue={(value) => onSize({ width: value, height })}
          min={64}
          max={4096}
          step={8}
          required
        />
        <IconButton
          icon="retry"
          label="Swap width and height"
          onClick={() => onSize({ width: height, height: width })}
        />
        <NumberField
          label="Height"
          value={height}
          onValue={(value) => onSize({ width, height: value })}
          min={64}
          max={4096}
          step={8}
          required
        />
      </div>
    </>
  );
}
