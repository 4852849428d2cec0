// Compares the errors of our validator with those of dciodvfy, on real files and on generated objects, and writes docs/dicom-validation.md.
// usage: node scripts/compare-validation.ts FOLDER [--subjects]   (lists of which objects each difference was found; the folder holds index.csv and the files it names; dciodvfy is installed)
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../packages/dicom/src/data-set.ts';
import { describeTag } from '../packages/dicom/src/dictionary/dictionary.ts';
import { writePart10 } from '../packages/dicom/src/file-meta.ts';
import type { Rule } from '../packages/dicom/src/iod/finding.ts';
import { validate } from '../packages/dicom/src/iod/validate.ts';
import { readPart10 } from '../packages/dicom/src/part10.ts';
import { minimalObject } from '../packages/dicom/testing/minimal-object.ts';
import { type Comparable, dciodvfy, letters, parseLine } from './validation/dciodvfy.ts';
import { explain } from './validation/explanations.ts';
import { type Difference, render } from './validation/page.ts';
import { generatedClasses } from './validation/subjects.ts';

interface Subject {
  readonly name: string;
  readonly path: string;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/compare-validation.ts FOLDER');
const work = mkdtempSync(join(tmpdir(), 'validation-'));

/** Ours in the kinds of dciodvfy. */
const kindOf: Partial<Record<Rule, Comparable['kind']>> = {
  missing: 'missing',
  empty: 'empty',
  forbidden: 'forbidden',
  items: 'items',
  'enumerated-value': 'values',
  'missing-functional-group': 'missing',
  vm: 'vm',
  length: 'value',
  repertoire: 'value',
  format: 'value',
  undecodable: 'value',
  padding: 'value',
};

const lastOf = (path: string): string =>
  path
    .split('.')
    .at(-1)
    ?.replace(/\[\d+\]$/, '') ?? '';
function ours(dataSet: DataSet): Comparable[] {
  return validate(dataSet)
    .filter(({ severity }) => severity === 'error')
    .map(({ path, rule, message }) => ({ kind: kindOf[rule] ?? 'other', keyword: lastOf(path), text: message }));
}

/** Names of the attributes of a data set, since dciodvfy prints those of values it does not like. */
function namesIn(dataSet: DataSet, names = new Map<string, string>()): Map<string, string> {
  for (const { tag } of dataSet.elements()) {
    const known = describeTag(tag);
    if (known?.keyword) names.set(letters(known.name), known.keyword).set(letters(known.keyword), known.keyword);
    for (const item of dataSet.items(tag)) namesIn(item, names);
  }
  return names;
}

const keyOf = ({ kind, keyword }: Comparable): string => `${kind} ${keyword}`;

async function compare(
  subject: Subject,
  differences: Map<string, Difference>,
): Promise<{ agreed: number; unreadable: boolean }> {
  const theirsRun = await dciodvfy(subject.path);
  let dataSet: DataSet;
  try {
    ({ dataSet } = readPart10(new Uint8Array(readFileSync(subject.path))));
  } catch {
    return { agreed: 0, unreadable: true };
  }
  const names = namesIn(dataSet);
  const theirs = theirsRun.lines.flatMap((line) => parseLine(line, names) ?? []);
  const mine = ours(dataSet);
  const [theirKeys, myKeys] = [new Set(theirs.map(keyOf)), new Set(mine.map(keyOf))];
  const note = (side: Difference['side'], one: Comparable): void => {
    const why = explain(side, one, theirsRun.lines);
    const key = `${side} ${keyOf(one)} ${why ?? one.text}`;
    const known = differences.get(key);
    const subjects = new Set([...(known?.subjects ?? []), subject.name]);
    differences.set(key, { ...one, side, subjects, why });
  };
  for (const one of theirs) if (!myKeys.has(keyOf(one))) note('dciodvfy', one);
  for (const one of mine) if (!theirKeys.has(keyOf(one))) note('concord', one);
  return { agreed: [...theirKeys].filter((key) => myKeys.has(key)).length, unreadable: false };
}

function* realFiles(): Generator<Subject> {
  for (const line of readFileSync(join(folder ?? '', 'index.csv'), 'utf8')
    .split('\n')
    .slice(1)) {
    const [name = '', , part10] = line.split(',');
    // A series of alike images counts once in ten.
    if (part10 === 'yes' && (!name.startsWith('series/') || Number(/(\d+)\D*$/.exec(name)?.[1]) % 10 === 0))
      yield { name, path: join(folder ?? '', name) };
  }
}

/** Each class as the tables make it, and once more for every attribute of its top level, without that. */
function* generated(): Generator<Subject> {
  for (const [name, uid] of Object.entries(generatedClasses)) {
    const whole = minimalObject(uid);
    const write = (suffix: string, dataSet: DataSet): Subject => {
      const path = join(work, `${letters(name + suffix)}.dcm`);
      writeFileSync(path, writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
      return { name: `generated ${name}${suffix}`, path };
    };
    yield write('', whole);
    for (const { tag } of whole.elements()) {
      const keyword = describeTag(tag)?.keyword;
      if (!keyword || keyword.startsWith('SOP')) continue;
      const without = whole.clone();
      without.delete(tag);
      yield write(` without ${keyword}`, without);
    }
  }
}

const differences = new Map<string, Difference>();
const totals = { real: 0, generated: 0, agreed: 0, unreadable: 0 };
try {
  for (const [kind, subjects] of [
    ['real', realFiles()],
    ['generated', generated()],
  ] as const)
    for (const subject of subjects) {
      const { agreed, unreadable } = await compare(subject, differences);
      totals[kind] += 1;
      totals.agreed += agreed;
      totals.unreadable += Number(unreadable);
    }
} finally {
  rmSync(work, { recursive: true });
}
const page = render([...differences.values()], totals, Object.keys(generatedClasses));
writeFileSync(join(import.meta.dirname, '../docs/dicom-validation.md'), page);
for (const one of differences.values())
  if (process.argv.includes('--subjects'))
    process.stdout.write(`${one.side} ${one.kind} ${one.keyword}: ${[...one.subjects].slice(0, 3).join(', ')}\n`);
const unexplained = [...differences.values()].filter(({ why }) => why === undefined);
for (const one of unexplained.sort((a, b) => b.subjects.size - a.subjects.size))
  process.stdout.write(
    `${one.side} ${one.kind} ${one.keyword}: ${one.text} (${one.subjects.size}, ${[...one.subjects][0]})\n`,
  );
process.stdout.write(`${JSON.stringify(totals)}, ${differences.size} differences, ${unexplained.length} unexplained\n`);
process.exitCode = unexplained.length > 0 ? 1 : 0;
