// Speed of packages/dicom beside its peers, in one run and in turn: `npm run bench -- dicom`. Headers, sequences, rewriting a large file.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSet, writePart10 } from '@concord/dicom';
import { writeReport } from './bench/page.ts';
import { type Pass, readers } from './bench/readers.ts';
import { median } from './bench/report.ts';
import { writeCtStudy } from './bench/study.ts';

const help = `npm run bench -- dicom [options]
  --rounds N   passes of each reader, in turn (default 5)
  --files N    CT files of about 528 KB (default 500)
  --frames N   frames of 512 KB of the file that is rewritten (default 1000: 500 MB)
  --write      put the tables into docs/benchmarks.md`;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    files: { type: 'string', default: '500' },
    frames: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const say = (line: string) => console.log(line);

/** What a program of ours prints. */
function ask(script: string, ...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Files a second of each reader, read in turn within a round, so that what else the machine does hits all alike. */
function headers(folder: string): readonly string[] {
  writeCtStudy(folder, Number(values.files));
  const there = readers(folder, say);
  const passes = new Map<string, Pass[]>(there.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, read } of there) passes.get(name)?.push(read(folder));
  const rate = (name: string) => median((passes.get(name) ?? []).map(({ files, seconds }) => files / seconds));
  const cost = (name: string) =>
    median(
      (passes.get(name) ?? []).flatMap(({ files, cpuSeconds }) => (cpuSeconds ? [(cpuSeconds / files) * 1e6] : [])),
    );
  const shown = (value: number, digits = 0) => (Number.isNaN(value) ? '' : value.toFixed(digits));
  return [
    '| headers of 500 CT files | files/s | processor time per file, us | Concord is faster, times | in processor time | aim |',
    '| --- | --- | --- | --- | --- | --- |',
    ...there.map(({ name, aim }) => {
      const [times, cheaper] = [rate('Concord') / rate(name), cost(name) / cost('Concord')];
      return `| ${name} | ${shown(rate(name))} | ${shown(cost(name))} | ${shown(times, 2)} | ${shown(cheaper, 2)} | ${aim ?? ''} |`;
    }),
  ];
}

interface Shape {
  readonly items: number;
  readonly nanoseconds: number;
}

function sequences(): readonly string[] {
  const { long, deep }: { long: readonly Shape[]; deep: readonly Shape[] } = ask('bench/sequences.ts');
  const rows = (what: string, shapes: readonly Shape[]) =>
    shapes.map(({ items, nanoseconds }) => {
      const first = shapes[0]?.nanoseconds ?? Number.NaN;
      return `| ${items} items, ${what} | ${nanoseconds.toFixed(0)} | ${(nanoseconds / first).toFixed(2)} |`;
    });
  return [
    '| full parse | processor time per item, ns | of the first row |',
    '| --- | --- | --- |',
    ...rows('one after the other', long),
    ...rows('nested', deep),
  ];
}

function writeLargeFile(path: string): void {
  const frame = new Uint8Array(524_288).map((_, at) => at % 251);
  const dataSet = new DataSet();
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.2.1');
  dataSet.set('SOPInstanceUID', '2.25.1');
  dataSet.set('PatientName', 'LARGE^FILE');
  dataSet.set('NumberOfFrames', values.frames);
  dataSet.set('PixelData', new Uint8Array(0), 'OW');
  const head = writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' });
  new DataView(head.buffer).setUint32(head.length - 4, frame.length * Number(values.frames), true);
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (let at = 0; at < Number(values.frames); at += 1) writeSync(file, frame);
  closeSync(file);
}

/** An edited file to a stream on disk, beside a copy by read and write of the same blocks. */
function rewriting(folder: string): readonly string[] {
  const [from, to] = [join(folder, 'large.dcm'), join(folder, 'copy.dcm')];
  writeLargeFile(from);
  const speeds: Record<'rewritten' | 'copied', number[]> = { rewritten: [], copied: [] };
  let memory = 0;
  for (let round = 0; round < rounds; round += 1) {
    const ours = ask('../packages/dicom/testing/rewrite-large.ts', from, to);
    speeds.rewritten.push(ours.bytes / ours.seconds / 1e6);
    memory = Math.max(memory, ours.grownMegabytes);
    rmSync(to);
    const plain = ask('bench/copy.ts', from, to);
    speeds.copied.push(plain.bytes / plain.seconds / 1e6);
    rmSync(to);
  }
  const [rewritten, copied] = [median(speeds.rewritten), median(speeds.copied)];
  return [
    `| ${values.frames} frames of 512 KB | MB/s | memory it took, MB |`,
    '| --- | --- | --- |',
    `| edited and rewritten to a stream | ${rewritten.toFixed(0)} (${((100 * rewritten) / copied).toFixed(0)} % of the copy) | ${memory.toFixed(0)} |`,
    `| copied by read and write | ${copied.toFixed(0)} | |`,
  ];
}

if (values.help) say(help);
else {
  const folder = mkdtempSync(join(tmpdir(), 'concord-bench-dicom-'));
  try {
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${process.version}; medians of ${rounds} rounds.`;
    const text = [[machine], headers(join(folder, 'ct')), sequences(), rewriting(folder)]
      .map((lines) => lines.join('\n'))
      .join('\n\n');
    say(text);
    if (values.write) writeReport('dicom', text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
