/** The servers of the fault matrix, in the order of its columns. */
const SERVERS = ['sdnext', 'a1111', 'forge', 'sdcpp', 'comfyui', 'elevenlabs', 'worker'];

/**
 * Writes the fault matrix in Markdown: a row for each fault, those that most servers can have first.
 *
 * @param {readonly { on: string, fault: string, text: string }[]} cells
 * @returns {string}
 */
export function faultTable(cells) {
  const faults = [...new Set(cells.map(({ fault }) => fault))];
  const of = (/** @type {string} */ fault) => cells.filter((cell) => cell.fault === fault);
  const sorted = faults.toSorted((left, right) => of(right).length - of(left).length);
  const rows = sorted.map((fault) => [
    fault,
    ...SERVERS.map((server) => of(fault).find(({ on }) => on === server)?.text ?? ''),
  ]);
  const lines = [['fault', ...SERVERS], ['---', ...SERVERS.map(() => '---')], ...rows];
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}
