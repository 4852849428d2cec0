// Rewrites an edited multi-frame file to a stream and says what memory it took: run in a process of its own by a test.
// usage: node rewrite-large.ts FROM [TO]    prints JSON: bytes, seconds, the growth of resident memory in MB
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { readSourceSync, writePart10Stream } from '../src/index.ts';
import { FileSource } from './file-source.ts';

const [from = '', to = '/dev/null'] = process.argv.slice(2);
using source = new FileSource(from);
const before = process.memoryUsage().rss;
const began = performance.now();
const file = readSourceSync(source);
file.dataSet.set('PatientName', 'Edited^Name');
file.dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'STEP 1');
const target = openSync(to, 'w');
let bytes = 0;
let most = before;
for await (const chunk of writePart10Stream(file, { source, borrow: true })) {
  for (let at = 0; at < chunk.length; ) at += writeSync(target, chunk, at);
  bytes += chunk.length;
  most = Math.max(most, process.memoryUsage.rss());
}
closeSync(target);
const seconds = (performance.now() - began) / 1000;
// Linux counts what the starting process had into maxRSS, and not into the peak of the memory itself.
const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS) * 1024;
console.log(
  JSON.stringify({ bytes, seconds, grownMegabytes: (Math.max(most, peak) - before) / 1e6, peakMegabytes: peak / 1e6 }),
);
