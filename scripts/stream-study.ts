// `npm run stream`: a study of some gigabytes in and out of a server of its own, with the memory that it takes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { largeForms, largeStudy, type Passage, retrieveLarge, storeLarge } from '../apps/server/testing/large-study.ts';
import { startServerProcess } from '../apps/server/testing/programs.ts';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '5' },
    work: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run stream -- [--gigabytes 5] [--work FOLDER]
FOLDER must have room for the study; its server and all files are gone at the end. Linux only (reads /proc).`);
  process.exit(0);
}

const study = largeStudy(Number(values.gigabytes) * 1e9);
const folder = mkdtempSync(join(values.work, 'concord-stream-'));
const endings: (() => void)[] = [];
const said = ({ way, megabytesPerSecond, grownMegabytes }: Passage): void =>
  console.log(`${way}: ${Math.round(megabytesPerSecond)} MB/s, memory grew by ${Math.round(grownMegabytes)} MB`);

try {
  const server = await startServerProcess({ after: (end) => endings.push(end) }, join(folder, 'data'));
  const service = `http://127.0.0.1:${server.httpPort}/dicom-web`;
  const pid = server.process.pid ?? 0;
  console.log(`${study.instances} instances, ${(study.bytes / 1e9).toFixed(1)} GB`);
  said(await storeLarge(service, pid, study));
  for (const accept of largeForms) said(await retrieveLarge(service, pid, study, accept));
} finally {
  for (const end of endings) end();
  rmSync(folder, { recursive: true, force: true });
}
