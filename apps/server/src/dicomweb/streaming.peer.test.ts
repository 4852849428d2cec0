// A study larger than the memory it may take, in and out of a running server; scripts/stream-study.ts does it with 5 GB.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { largeForms, largeStudy, retrieveLarge, storeLarge } from '../../testing/large-study.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const study = largeStudy(600e6);
/** A third of the study; what a server that is warm keeps for buffers is less: some 90, on busy cores 140. */
const allowedMegabytes = 200;

test('600 MB in by STOW-RS and out by WADO-RS and as ZIP: streamed, never held', async (t) => {
  const server = await startServerProcess(t, join(await temporaryFolder(), 'data'));
  await server.wake();
  const service = `http://127.0.0.1:${server.httpPort}/dicom-web`;
  const pid = server.process.pid ?? 0;
  const passages = [await storeLarge(service, pid, study)];
  for (const accept of largeForms) passages.push(await retrieveLarge(service, pid, study, accept));
  for (const { way, grownMegabytes } of passages) {
    assert.ok(grownMegabytes < allowedMegabytes, `${way}: ${Math.round(grownMegabytes)} MB more`);
  }
});
