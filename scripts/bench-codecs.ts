// `npm run bench -- codecs`: what one frame costs to decode here and by the native libraries, in processor time of one core, in turn.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { codecOf, createCodecModules, decodeFrame } from '@concord/imaging';
import { codecFiles } from '@concord/imaging/node';
import { headerOf, withElements } from '../packages/imaging/testing/headers.ts';
import { writeEncapsulated } from '../packages/imaging/testing/peers.ts';
import { syntheticFrame, syntheticImage } from '../packages/imaging/testing/synthetic.ts';
import { writeReport } from './bench/page.ts';
import { machine, median } from './bench/report.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- codecs [options]
  --rounds N   turns of ours and the peers (default 3)
  --write      put the table into docs/benchmarks.md
Needs gdcmconv and dcmdjpls.`);
  process.exit(0);
}

const size = { rows: 2560, columns: 2048, bitsStored: 12 };
/** Frames of the second file: what they take more than the first one is decoding, without start and writing of the file. */
const many = 4;

const syntaxes = [
  { name: 'JPEG-LS lossless', uid: '1.2.840.10008.1.2.4.80', options: {}, peers: ['dcmdjpls', 'gdcmconv'] },
  {
    name: 'JPEG-LS, at most 2 off',
    uid: '1.2.840.10008.1.2.4.81',
    options: { near: 2 },
    peers: ['dcmdjpls', 'gdcmconv'],
  },
  { name: 'JPEG 2000 lossless', uid: '1.2.840.10008.1.2.4.90', options: {}, peers: ['gdcmconv'] },
  { name: 'JPEG 2000, 10 to 1', uid: '1.2.840.10008.1.2.4.91', options: { ratio: 10 }, peers: ['gdcmconv'] },
] as const;

const modules = createCodecModules(codecFiles);
const image = syntheticImage(size);
const folder = mkdtempSync(join(tmpdir(), 'concord-codecs-'));

/** Processor time of a program in ms, by the shell that runs it: Node.js does not say it of a child. */
function costOf(program: string, file: string): number {
  const out = join(folder, 'out.dcm');
  const options = program === 'gdcmconv' ? ['--raw', file, out] : [file, out];
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', program, ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  const [user = Number.NaN, system = Number.NaN] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return (user + system) * 1000;
}

/** Of one frame, here: the mean of several, in a process that has decoded before. */
async function ours(uid: string, encoded: Uint8Array): Promise<number> {
  await decodeFrame(image, uid, encoded, { modules });
  const before = process.cpuUsage();
  for (let frame = 1; frame < many; frame += 1) await decodeFrame(image, uid, encoded, { modules });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (many - 1);
}

async function measure({ name, uid, options, peers }: (typeof syntaxes)[number]): Promise<readonly string[]> {
  const encode = codecOf(uid)?.codec.encode;
  if (!encode) throw new Error(`no encoder of ${name}`);
  const { bytes } = await encode(syntheticFrame(size), uid, options, modules);
  const file = async (frames: number): Promise<string> => {
    const path = join(folder, `${frames}.dcm`);
    const header = withElements(headerOf({ ...image, numberOfFrames: frames }), {
      PatientID: '1',
      PatientName: 'Bench',
    });
    await writeEncapsulated(
      path,
      header,
      uid,
      Array.from({ length: frames }, () => bytes),
    );
    return path;
  };
  const [one, several] = [await file(1), await file(many)];
  const own: number[] = [];
  const theirs = peers.map((program) => ({ program, times: [] as number[] }));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    own.push(await ours(uid, bytes));
    for (const { program, times } of theirs) times.push((costOf(program, several) - costOf(program, one)) / (many - 1));
  }
  return theirs.map(({ program, times }) => {
    const ratio = median(own.map((value, round) => value / (times[round] ?? Number.NaN)));
    return `| ${name} | ${median(own).toFixed(0)} | ${program}, ${median(times).toFixed(0)} | ${ratio.toFixed(2)} | 2 |`;
  });
}

try {
  const rows: string[] = [];
  for (const syntax of syntaxes) rows.push(...(await measure(syntax)));
  const text = [
    machine(),
    '',
    '| syntax | Concord, ms | native library, ms | ratio | aim: at most |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  console.log(text);
  if (values.write) writeReport('codecs', text);
} finally {
  rmSync(folder, { recursive: true });
}
