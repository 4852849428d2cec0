// docs/benchmarks.md: the part between two markers is what was measured last.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. @throws Error where a marker is missing */
export function writeReport(name: string, text: string): void {
  const path = join(import.meta.dirname, '../../docs/benchmarks.md');
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const page = readFileSync(path, 'utf8');
  if (!page.includes(begin) || !page.includes(end)) throw new Error(`${path} has no ${begin} … ${end}`);
  const before = page.slice(0, page.indexOf(begin) + begin.length);
  writeFileSync(path, `${before}\n${text}\n${page.slice(page.indexOf(end))}`);
}
