// The workspace's files and which imports which.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';

/** Where an import leads. `room` is `packages/dicom`, `apps/server`, `scripts`, ... */
export type Target =
  | { readonly kind: 'file'; readonly path: string; readonly byPackageName: boolean }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'dependency'; readonly name: string }
  | { readonly kind: 'missing' };

export interface Edge extends Import {
  readonly from: string;
  readonly target: Target;
}

/** A workspace package: its folder, its doors by subpath, and the names it may import from outside. */
export interface Room {
  readonly path: string;
  readonly name: string;
  readonly doors: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlySet<string>;
}

export interface Graph {
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
  readonly rooms: readonly Room[];
  /** Development dependencies of the root: free for tests and scripts. */
  readonly developmentDependencies: ReadonlySet<string>;
}

const sources = [
  'packages/*/{src,testing,bin}/**/*.{ts,tsx}',
  'apps/*/{src,testing,bin}/**/*.{ts,tsx}',
  'scripts/**/*.ts',
];

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));

/** Reads every source file below `root` (the repository's root folder). Paths in the answer are relative, with `/`. */
export function readGraph(root: string): Graph {
  const rooms = globSync('{packages,apps}/*/package.json', { cwd: root }).map((path): Room => {
    const { name, exports = {}, dependencies = {}, devDependencies = {} } = manifest(join(root, path));
    const folder = slashes(dirname(path));
    return {
      path: folder,
      name,
      doors: new Map(Object.entries(exports).map(([door, file]) => [posix.join(name, door), posix.join(folder, file)])),
      dependencies: new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]),
    };
  });
  const files = globSync(sources, { cwd: root })
    .map(slashes)
    .filter((path) => !path.includes('/node_modules/'))
    .sort();
  const edges = files.flatMap((from) =>
    importsOf(from, readFileSync(join(root, from), 'utf8')).map((one) => ({
      ...one,
      from,
      target: targetOf(root, rooms, from, one.specifier),
    })),
  );
  const { devDependencies = {} } = manifest(join(root, 'package.json'));
  return { files, edges, rooms, developmentDependencies: new Set(Object.keys(devDependencies)) };
}

const slashes = (path: string) => path.replaceAll('\\', '/');

function targetOf(root: string, rooms: readonly Room[], from: string, specifier: string): Target {
  const [path = ''] = specifier.split('?'); // Vite's `./worker.ts?worker`
  if (path.startsWith('.')) {
    const file = fileAt(root, posix.join(posix.dirname(from), path));
    return file ? { kind: 'file', path: file, byPackageName: false } : { kind: 'missing' };
  }
  if (isBuiltin(path)) return { kind: 'builtin', name: path };
  for (const { doors, name } of rooms) {
    if (path !== name && !path.startsWith(`${name}/`)) continue;
    const door = doors.get(path);
    return door ? { kind: 'file', path: door, byPackageName: true } : { kind: 'missing' };
  }
  return {
    kind: 'dependency',
    name: path
      .split('/')
      .slice(0, path.startsWith('@') ? 2 : 1)
      .join('/'),
  };
}

const fileAt = (root: string, path: string) =>
  ['', '.ts', '.tsx', '/index.ts', '/index.tsx']
    .map((ending) => `${path}${ending}`)
    .find((candidate) => existsSync(join(root, candidate)) && statSync(join(root, candidate)).isFile());
