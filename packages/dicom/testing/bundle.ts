// Bundles of this package as a web page gets them: one minified module, without Node.js.
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Plugin, rolldown } from 'rolldown';

export const packageFolder = join(import.meta.dirname, '..');

export interface Bundle {
  readonly code: string;
  /** Files that code was taken from, from the package's folder on. */
  readonly files: readonly string[];
}

/** One minified module of everything that `input` needs. @throws where an import cannot be resolved, such as one of Node.js */
export async function bundle(input: string, plugins: readonly Plugin[] = []): Promise<Bundle> {
  const build = await rolldown({
    input: resolve(packageFolder, input),
    platform: 'browser',
    plugins: [...plugins],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
    const chunks = output.filter((part) => part.type === 'chunk');
    const files = chunks.flatMap(({ modules }) =>
      Object.entries(modules).flatMap(([path, { renderedLength }]) =>
        renderedLength > 0 ? [relative(packageFolder, path)] : [],
      ),
    );
    return { code: chunks.map(({ code }) => code).join('\n'), files };
  } finally {
    await build.close();
  }
}

/** Bytes after gzip, as a web server sends them. */
export const gzipped = ({ code }: Bundle): number => gzipSync(code, { level: 9 }).length;

/** A plugin that stands in for files: their text by how their path ends. */
export const instead = (texts: Readonly<Record<string, string>>): Plugin => {
  const textOf = (path: string) => Object.entries(texts).find(([end]) => path.endsWith(end))?.[1];
  return {
    name: 'instead',
    resolveId: (id) => (textOf(id) === undefined ? undefined : id),
    load: (path) => textOf(path),
  };
};
