import ts from 'typescript';

/** One import or re-export of a file. */
export interface Import {
  /** As written. */
  from: string;
  /**
   * Gone after compilation: `import type` and `export type`. Braces that hold only `type` names are not: the line stays, and the
   * module is loaded.
   */
  isTypeOnly: boolean;
  /** Names taken; `*` for all of them, `default`. */
  names: string[];
  line: number;
}

/** A name or literal that occurs in code (not in comments, not as the source of an import). */
export interface Mention {
  text: string;
  line: number;
}

/** What the rules ask about a file. */
export interface Parsed {
  imports: Import[];
  strings: Mention[];
  identifiers: Mention[];
  /** What is called or made, as written: `app.listen`, `setTimeout`, `new Date`. With the text of the first argument. */
  calls: (Mention & { argument: string })[];
  /** Member reads, as written: `process.env`. */
  members: Mention[];
  /** Functions with the number of their lines. */
  functions: { name: string; line: number; lines: number }[];
  lines: number;
}

/** Reads a file with the compiler's own parser. */
export function parseSource(path: string, text: string): Parsed {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
  const parsed: Parsed = {
    imports: [],
    strings: [],
    identifiers: [],
    calls: [],
    members: [],
    functions: [],
    lines: text.trimEnd().split('\n').length,
  };
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const found = readImport(node, lineOf(node));
      if (found !== null) parsed.imports.push(found);
      if (found !== null) return;
    }
    readNode(node, file, lineOf, parsed);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return parsed;
}

function readImport(node: ts.ImportDeclaration | ts.ExportDeclaration, line: number): Import | null {
  if (node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier)) return null;
  const from = node.moduleSpecifier.text;
  if (ts.isExportDeclaration(node)) {
    const clause = node.exportClause;
    const names = clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(takenName) : ['*'];
    return { from, isTypeOnly: node.isTypeOnly, names, line };
  }
  const clause = node.importClause;
  const names: string[] = [];
  if (clause?.name !== undefined) names.push('default');
  if (clause?.namedBindings !== undefined)
    names.push(...(ts.isNamespaceImport(clause.namedBindings) ? ['*'] : clause.namedBindings.elements.map(takenName)));
  return { from, isTypeOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword, names, line };
}

const takenName = (element: ts.ImportSpecifier | ts.ExportSpecifier): string =>
  (element.propertyName ?? element.name).text;

function readNode(node: ts.Node, file: ts.SourceFile, lineOf: (node: ts.Node) => number, parsed: Parsed): void {
  if (ts.isStringLiteralLike(node)) parsed.strings.push({ text: node.text, line: lineOf(node) });
  else if (ts.isIdentifier(node)) parsed.identifiers.push({ text: node.text, line: lineOf(node) });
  else if (ts.isPropertyAccessExpression(node)) parsed.members.push({ text: node.getText(file), line: lineOf(node) });
  else if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const [first] = node.arguments ?? [];
    const called = (ts.isNewExpression(node) ? 'new ' : '') + node.expression.getText(file);
    parsed.calls.push({ text: called, line: lineOf(node), argument: first?.getText(file) ?? '' });
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword && first !== undefined && ts.isStringLiteral(first))
      parsed.imports.push({ from: first.text, isTypeOnly: false, names: ['*'], line: lineOf(node) });
  } else if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
    const end = file.getLineAndCharacterOfPosition(node.end).line + 1;
    const name = node.name === undefined ? '(unnamed)' : node.name.getText(file);
    parsed.functions.push({ name, line: lineOf(node), lines: end - lineOf(node) + 1 });
  }
}
