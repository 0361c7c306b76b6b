/** Writes the fault matrix in Markdown. */
export function faultTable(cells: readonly { on: string; fault: string; text: string }[]): string;
