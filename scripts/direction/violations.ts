// Every import that breaks a rule, every cycle, and every second `index.ts`.
import { cyclesIn } from './cycles.ts';
import { type Graph, readGraph } from './graph.ts';
import { rules } from './rules.ts';

export interface Violation {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

/** What the repository at `root` does against its own plan, and how many files were looked at. */
export function violationsIn(root: string): { readonly files: number; readonly violations: readonly Violation[] } {
  const graph = readGraph(root);
  return {
    files: graph.files.length,
    violations: [...brokenRules(graph), ...cycles(graph), ...strayIndexFiles(graph)],
  };
}

const brokenRules = (graph: Graph): readonly Violation[] =>
  graph.edges.flatMap((edge) =>
    Object.entries(rules).flatMap(([rule, judge]) => {
      const text = judge(edge, graph);
      return text ? [{ rule, file: edge.from, text: `line ${edge.line}, '${edge.specifier}': ${text}` }] : [];
    }),
  );

function cycles({ files, edges }: Graph): readonly Violation[] {
  const imports = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { from, target } of edges) if (target.kind === 'file') imports.get(from)?.push(target.path);
  return cyclesIn(imports).map((group) => ({
    rule: 'cycle',
    file: group[0] ?? '',
    text: `these files import each other: ${group.join(', ')}`,
  }));
}

const strayIndexFiles = ({ files, rooms }: Graph): readonly Violation[] => {
  const doors = new Set(rooms.flatMap((room) => [...room.doors.values()]));
  return files
    .filter((file) => file.endsWith('/index.ts') && !doors.has(file))
    .map((file) => ({ rule: 'index', file, text: 'only a door that package.json exports is called index.ts' }));
};
