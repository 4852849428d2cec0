// `npm run bench -- viewer`: how long after the click the first image of a long CT series is seen, in a browser on this machine.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from '../apps/web/testing/open-browser.ts';
import { firstImage } from './bench/first-image.ts';
import { writeReport } from './bench/page.ts';
import { machine, median } from './bench/report.ts';
import { writeCtStudy } from './bench/study.ts';
import { targets } from './bench/targets.ts';
import { storeOverWeb } from './bench/web-workloads.ts';

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '7' },
    work: { type: 'string', default: tmpdir() },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench -- viewer [options]
  --slices N     slices of the CT series, 512 x 512 (default 1000)
  --runs N       browsers that have never been there before, one after the other (default 7)
  --work FOLDER  where study and archive lie, about 1 MB a slice (default: the system's temporary folder)
  --write        put the figures into docs/benchmarks.md
The web interface must be built, as npm start does. Chromium: /usr/bin/chromium-headless-shell or CONCORD_CHROMIUM.`);
  process.exit(0);
}

const [concord] = targets;
if (!concord) throw new Error('no server to measure');
const work = mkdtempSync(join(values.work, 'concord-bench-'));
const archive = join(work, 'archive');
mkdirSync(archive);
const server = await concord.start(archive);
const browser = await openBrowser();
try {
  const study = writeCtStudy(join(work, 'ct'), Number(values.slices));
  await storeOverWeb(server, study);
  const origin = new URL(server.dicomWeb ?? '').origin;
  const times: number[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const { milliseconds, requests } = await firstImage(browser, { origin, study: study.studyInstanceUid });
    console.log(`${Math.round(milliseconds)} ms, ${requests} requests`);
    times.push(milliseconds);
  }
  const row = [values.slices, times.length, median(times), Math.min(...times), Math.max(...times)];
  const text = `${machine()}

| slices of 512 x 512 | browsers | first image after the click, ms (median) | fastest | slowest | aim |
| --- | --- | --- | --- | --- | --- |
| ${row.map((value) => Math.round(Number(value))).join(' | ')} | 1000 |`;
  console.log(`\n${text}`);
  if (values.write) writeReport('viewer', text);
} finally {
  await browser.close();
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
