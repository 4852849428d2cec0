// What one source file imports, type-only imports and worker files included.
import { parseSync, Visitor } from 'oxc-parser';

/** One import: what is written between the quotes, where, and whether the code would still run without it. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

interface Found {
  readonly specifier: string;
  readonly start: number;
  readonly typeOnly: boolean;
}

/**
 * Every import of a TypeScript file: `import`, `export ... from`, `import()`, `import('...').Type` and
 * `new URL('...', import.meta.url)`.
 * @throws Error when the file does not parse: a file that cannot be read must not pass as one without imports.
 */
export function importsOf(path: string, source: string): readonly Import[] {
  const parsed = parseSync(path, source);
  const [error] = parsed.errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const { staticImports, staticExports } = parsed.module;
  const found: Found[] = [
    ...staticImports.map((one) => ({
      specifier: one.moduleRequest.value,
      start: one.start,
      typeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
    })),
    ...staticExports.flatMap((one) => {
      const [entry] = one.entries;
      if (!entry?.moduleRequest) return [];
      return [
        { specifier: entry.moduleRequest.value, start: one.start, typeOnly: one.entries.every((each) => each.isType) },
      ];
    }),
    ...importsInsideCode(parsed.program),
  ];
  return found.map(({ specifier, start, typeOnly }) => ({ specifier, typeOnly, line: lineAt(source, start) }));
}

const lineAt = (source: string, offset: number) => source.slice(0, offset).split('\n').length;

type Program = ReturnType<typeof parseSync>['program'];

function importsInsideCode(program: Program): readonly Found[] {
  const found: Found[] = [];
  new Visitor({
    ImportExpression({ source, start }) {
      if (source.type === 'Literal' && typeof source.value === 'string')
        found.push({ specifier: source.value, start, typeOnly: false });
    },
    TSImportType({ source, start }) {
      found.push({ specifier: source.value, start, typeOnly: true });
    },
    NewExpression({ callee, arguments: [file, base], start }) {
      const names = callee.type === 'Identifier' && callee.name === 'URL' && base?.type === 'MemberExpression';
      if (!names || base.object.type !== 'MetaProperty') return;
      // Only source files: a folder or an asset named this way is no module.
      if (file?.type === 'Literal' && typeof file.value === 'string' && /\.[cm]?[jt]sx?$/.test(file.value))
        found.push({ specifier: file.value, start, typeOnly: false });
    },
  }).visit(program);
  return found;
}
