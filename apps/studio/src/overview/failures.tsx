import type { Stats } from '@rendercast/client';
import { EmptyState, Panel } from '../parts/panel.js';
import { count } from './figure-words.js';

/** Failed jobs by the code of their error, the most frequent first. */
export function Failures({ failures }: { failures: Stats['failures'] }) {
  const rows = Object.entries(failures).sort(([, left], [, right]) => right - left);
  const most = rows[0]?.[1] ?? 1;
  return (
    <Panel title="Failures by code">
      {rows.length === 0 ? (
        <EmptyState icon="check" title="No job has failed">
          Counted since the server was started.
        </EmptyState>
      ) : (
        <table className="overview-table">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col" className="overview-number">
                Jobs
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([code, jobs]) => (
              <tr key={code}>
                <th scope="row" className="code">
                  {code}
                  <span className="overview-share" style={{ transform: `scaleX(${jobs / most})` }} aria-hidden="true" />
                </th>
                <td className="overview-number figures-even">{count(jobs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
