import { IconButton } from '../parts/button.js';
import { NumberField, SelectField } from '../parts/field.js';

const SIZES = ['512x512', '768x768', '1024x1024', '768x512', '1024x768', '1216x832', '512x768', '768x1024', '832x1216'];

interface Size {
  width: string;
  height: string;
}

/** Width by height: one of the usual ones, or the other way round. */
export function SizeField({ width, height, onSize }: Size & { onSize: (size: Size) => void }) {
  const now = `${width}x${height}`;
  const options = SIZES.map((size) => ({ value: size, title: size.replace('x', ' × ') }));
  const isUsual = SIZES.includes(now);
  return (
    <div className="image-size">
      <SelectField
        label="Size"
        value={isUsual ? now : 'own'}
        onValue={(size) => {
          const [w, h] = size.split('x');
          if (w !== undefined && h !== undefined) onSize({ width: w, height: h });
        }}
        options={isUsual ? options : [...options, { value: 'own', title: `${width} × ${height}` }]}
      />
      <IconButton
        icon="swap"
        tone="plain"
        label="Swap width and height"
        disabled={width === height}
        onClick={() => onSize({ width: height, height: width })}
      />
    </div>
  );
}

/** Width and height by hand, in pixels. */
export function OwnSizeFields({ width, height, onSize }: Size & { onSize: (size: Size) => void }) {
  return (
    <div className="field-pair">
      <NumberField
        label="Width"
        value={width}
        onValue={(value) => onSize({ width: value, height })}
        min={64}
        max={4096}
        step={8}
        required
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
  );
}
