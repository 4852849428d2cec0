// Items about media: dcmmkdir plays a system that writes, pydicom and storescu one that reads and keeps what it read in dcmqrscp.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { startPeer } from '../../testing/live-peers.ts';
import { system } from '../../testing/systems.ts';
import { checkMedium } from '../medium/check-medium.ts';
import { folderDrive, folderMedium } from '../medium/folder-medium.ts';
import { createPlan } from '../plan/plan.ts';
import { asPlan } from '../plan/read-plan.ts';
import { runPlan } from './run.ts';
import type { MediumDrive } from './run-context.ts';
import type { Target } from './target.ts';
import { testInstance, testPatient } from './test-data.ts';

const [ct, us, find] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.6.1', '1.2.840.10008.5.1.4.1.2.2.1'];

const named = (uid: string) => ({ name: uid, uid });
const claims = (name: string, roles: readonly string[], classes: readonly string[]) =>
  system({
    name: 'Archive',
    accepts: [{ name: 'Answer', offers: [{ uid: '1.2.840.10008.1.1' }, { uid: find }] }],
    rest: {
      media: {
        state: 'described',
        entities: [
          {
            profiles: [
              {
                name,
                type: 'standard',
                roles,
                sopClasses: classes.map((uid) => ({
                  sopClass: named(uid),
                  transferSyntaxes: [named(explicitVrLittleEndian)],
                })),
              },
            ],
          },
        ],
      },
    },
  });

const nobody: Target = { host: '127.0.0.1', port: 1, calledAeTitle: 'NOBODY' };

/** Plays the item, with `act` in the place of whoever sits at the system. */
async function played(
  statement: object,
  id: string,
  act: () => Promise<unknown>,
  rest: { drive?: MediumDrive; target?: Target; patience?: number },
) {
  const plan =
    asPlan(JSON.parse(JSON.stringify(createPlan(statement)))) ?? assert.fail('the plan cannot be read again');
  const acting: Promise<unknown>[] = [];
  const report = await runPlan(plan, rest.target ?? nobody, {
    care: { patience: rest.patience ?? 20, pause: 0, response: 20 },
    assisted: true,
    ...(rest.drive && { drive: rest.drive }),
    only: (item) => item.id === id,
    ask: () => {
      const done = act();
      done.catch(() => undefined);
      acting.push(done);
    },
  });
  await Promise.all(acting);
  const result = report.results.find((each) => each.id === id);
  assert.ok(result, `${id} is among ${report.results.map((each) => each.id)}`);
  return { text: `${result.result}: ${[result.observed, ...(result.differences ?? [])].join('; ')}`, report };
}

test('[CS-TPL-25] what is written is measured by its profile, and carried to a reader by hand', async () => {
  const write = async (folder: string) => {
    for (const [index, sopClass] of [ct, us].entries()) {
      const { dataSet } = testInstance(testPatient(), sopClass, { transferSyntaxUid: explicitVrLittleEndian });
      dataSet.delete('SpecificCharacterSet');
      writeFileSync(
        join(folder, `IM${index + 1}`),
        writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }),
      );
    }
    const { code, output } = await run('dcmmkdir', ['-Pgp', '-Nxc', '-W', 'IM1', 'IM2'], folder);
    assert.equal(code, 0, output);
  };
  for (const [profile, expected] of [
    ['STD-GEN-CD', /^passed: 2 instances in 3 files/],
    ['STD-CTMR-CD', /^failed: .*IM2: Ultrasound Image Storage in Explicit VR Little Endian is not in the profile/],
  ] as const) {
    using folder = temporaryFolder();
    const statement = claims(profile, ['FSC'], [ct]);
    const id = `media/write/${profile.toLowerCase()}`;
    const { text } = await played(statement, id, () => write(folder.path), { drive: folderDrive(folder.path) });
    assert.match(text, expected);
    const carried = createPlan(statement).items.find((item) => item.id === `media/carry/${profile.toLowerCase()}`);
    assert.deepEqual([carried?.automation, carried?.dependsOn], ['manual', [id]]);
  }
  using empty = temporaryFolder();
  const id = 'media/write/std-gen-cd';
  const nothing = async () => undefined;
  const statement = claims('STD-GEN-CD', ['FSC'], [ct]);
  const none = await played(statement, id, nothing, { drive: folderDrive(empty.path), patience: 0.2 });
  assert.match(none.text, /^not run: no DICOMDIR within/);
  assert.match((await played(statement, id, nothing, {})).text, /^not run: it has not been said which folder/);
});

describe('a system that reads', () => {
  /** Files of IMAGE records by the links of the directory, as pydicom follows them. */
  const script = `import sys
from pydicom import dcmread
d = dcmread(sys.argv[1])
byOffset = {r.seq_item_tell: r for r in d.DirectoryRecordSequence}
def walk(offset):
    while offset:
        r = byOffset[offset]
        if r.DirectoryRecordType == 'IMAGE': print('/'.join([r.ReferencedFileID] if isinstance(r.ReferencedFileID, str) else r.ReferencedFileID))
        elif r.DirectoryRecordType in sys.argv[2:]: sys.exit(r.DirectoryRecordType)
        walk(r.OffsetOfReferencedLowerLevelDirectoryEntity)
        offset = r.OffsetOfTheNextDirectoryRecord
walk(d.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity)`;

  test('[CS-TPL-26] every class of the profile is imported, what is unknown is passed over; an importer that stops at it is found', async () => {
    using folder = temporaryFolder();
    await using archive = await startPeer('dcmqrscp');
    const { target } = archive;
    const importing = async (...stoppers: readonly string[]) => {
      const { output } = await run('/usr/bin/python3', ['-c', script, join(folder.path, 'DICOMDIR'), ...stoppers]);
      const files = output.split('\n').filter((line) => line.startsWith('ZZTEST/'));
      if (stoppers.length > 0) return;
      assert.equal(files.length, 2, output);
      const stored = await run(
        'storescu',
        ['-xe', '-aec', 'ARCHIVE', '127.0.0.1', String(target.port), ...files],
        folder.path,
      );
      assert.equal(stored.code, 0, stored.output);
    };
    const statement = claims('STD-GEN-CD', ['FSR'], [ct, us]);
    const id = 'media/read/std-gen-cd';
    const good = await played(statement, id, importing, { target, drive: folderDrive(folder.path) });
    assert.match(good.text, /^passed: 2 instances were imported/);
    assert.equal(good.report.leftBehind.length, 2);
    const { findings, notes } = await checkMedium(await folderMedium(folder.path), ['STD-GEN-CD']);
    assert.deepEqual(findings, []);
    assert.equal(notes.length, 2, notes.join());
    const checked = await run('dciodvfy', [join(folder.path, 'DICOMDIR')]);
    const errors = checked.output.split('\n').filter((line) => line.startsWith('Error'));
    assert.deepEqual(errors.length, 1, checked.output);
    assert.match(errors[0] ?? '', /<ZZUNKNOWN>/, 'nothing else is wrong with the directory');
    const stopped = await played(statement, id, () => importing('PRIVATE'), {
      target,
      drive: folderDrive(folder.path),
      patience: 0.5,
    });
    assert.match(
      stopped.text,
      /^failed: .*1\.2\.840\.10008\.5\.1\.4\.1\.1\.2 in 1\.2\.840\.10008\.1\.2\.1 .* is not there after/,
    );
  });

  test('a system that cannot be asked what it has is looked at by a person', async () => {
    using folder = temporaryFolder();
    const statement = { ...claims('STD-GEN-CD', ['FSR'], [ct]), networking: { state: 'not supported' } };
    const { text } = await played(statement, 'media/read/std-gen-cd', async () => undefined, {
      drive: folderDrive(folder.path),
    });
    assert.match(text, /^inconclusive: 1 instances are on the medium/);
  });
});
