import { Field, SelectField } from '../parts/field.js';
import { MOST_CELLS } from './grid.js';
import { AXIS_WORDS, type Axis, firstValues, readValues, VARIED, type Varied } from './grid-axis.js';

/** An axis as it is being written. */
export interface AxisDraft {
  varied: Varied;
  text: string;
}

/** The two directions of a grid; each has a parameter and its values. */
export function GridForm({
  columns,
  rows,
  canStart,
  onColumns,
  onRows,
}: {
  columns: AxisDraft;
  rows: AxisDraft;
  /** Whether there is a picture to start from, so that its change can vary. */
  canStart: boolean;
  onColumns: (axis: AxisDraft) => void;
  onRows: (axis: AxisDraft) => void;
}) {
  const cells =
    readValues(columns.varied, columns.text).values.length * readValues(rows.varied, rows.text).values.length;
  return (
    <div className="stack image-grid-form">
      <AxisField name="Columns" axis={columns} other={rows.varied} canStart={canStart} onAxis={onColumns} />
      <AxisField name="Rows" axis={rows} other={columns.varied} canStart={canStart} onAxis={onRows} />
      <p className={cells > MOST_CELLS ? 'field-problem' : 'field-hint'} role="status">
        {cells > MOST_CELLS
          ? `${cells} pictures are too many; a grid has ${MOST_CELLS} at most.`
          : `${cells} pictures, all with the same seed unless it varies.`}
      </p>
    </div>
  );
}

function AxisField({
  name,
  axis,
  other,
  canStart,
  onAxis,
}: {
  name: string;
  axis: AxisDraft;
  other: Varied;
  canStart: boolean;
  onAxis: (axis: AxisDraft) => void;
}) {
  const { problem } = readValues(axis.varied, axis.text);
  return (
    <div className="image-axis">
      <SelectField
        label={name}
        value={axis.varied}
        onValue={(varied) => onAxis({ varied, text: firstValues(varied) })}
        options={VARIED.filter((each) => each !== other && (each !== 'strength' || canStart)).map((each) => ({
          value: each,
          title: AXIS_WORDS[each].title,
        }))}
      />
      <Field label="Values" problem={axis.text === '' ? null : problem}>
        {(ids) => (
          <input
            className="input"
            value={axis.text}
            required
            placeholder={AXIS_WORDS[axis.varied].example}
            onChange={(event) => onAxis({ ...axis, text: event.target.value })}
            {...ids}
          />
        )}
      </Field>
    </div>
  );
}

/** The axes, when both can be used; null while something is wrong with one. */
export function gridOf(columns: AxisDraft, rows: AxisDraft): { columns: Axis; rows: Axis } | null {
  const [across, down] = [readValues(columns.varied, columns.text), readValues(rows.varied, rows.text)];
  if (across.problem !== null || down.problem !== null) return null;
  if (across.values.length * down.values.length > MOST_CELLS) return null;
  return {
    columns: { varied: columns.varied, values: across.values },
    rows: { varied: rows.varied, values: down.values },
  };
}
