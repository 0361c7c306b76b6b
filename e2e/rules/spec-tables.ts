import ts from 'typescript';

/** A line of a specification and the tests that hold it: the rows of a table whose head is `line | test`. */
export interface SpecLine {
  line: string;
  tests: { file: string; named: string }[];
}

/** Reads the rows of a page's table `| line | test |`: in the second column `file` "words of the name", with `;` between. */
export function readSpecTable(page: string): SpecLine[] {
  const rows: SpecLine[] = [];
  let isWithin = false;
  for (const row of page.split('\n')) {
    const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length !== 4) isWithin = false;
    else if (cells[1] === 'line' && cells[2] === 'test') isWithin = true;
    else if (isWithin && !/^-+$/.test(cells[1] ?? ''))
      rows.push({ line: cells[1] ?? '', tests: readTests(cells[2] ?? '') });
  }
  return rows;
}

function readTests(cell: string): SpecLine['tests'] {
  return cell.split('; ').map((each) => {
    const [, file = '', named = ''] = /^`([^`]+)` (.+)$/.exec(each) ?? [];
    return { file, named };
  });
}

/** The names of all tests of a file: first arguments of `it` and `test`, plain or each, and titles of checks in an exam. */
export function namesOfTests(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test)\b/.test(node.expression.getText())) add(node.arguments[0]);
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'title') add(node.initializer);
    ts.forEachChild(node, visit);
  };
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)))
      names.push(node.getText().slice(1, -1));
  };
  visit(source);
  return names;
}

/**
 * What is wrong with a table: rows without a test, files that are not there and words that no test of the file has in its name.
 *
 * @param near folders in which files are looked for, beside the root
 */
export function faultsOfTable(page: string, near: readonly string[], files: ReadonlyMap<string, string>): string[] {
  const read = new Map<string, string[]>();
  const namesIn = (path: string): string[] => {
    const names =
      read.get(path) ?? namesOfTests(path, files.get(path) ?? '').map((name) => name.replaceAll("\\'", "'"));
    read.set(path, names);
    return names;
  };
  return readSpecTable(page).flatMap(({ line, tests }) =>
    tests.flatMap(({ file, named }) => {
      if (file === '') return [`"${line}" names no test`];
      const path = [file, ...near.map((folder) => `${folder}/${file}`)].find((each) => files.has(each));
      if (path === undefined) return [`"${line}": there is no ${file}`];
      const isThere = namesIn(path).some((name) => name.includes(named));
      return isThere ? [] : [`"${line}": no test of ${file} is called "${named}"`];
    }),
  );
}
