// Digital Signatures of test instances: as DCMTK's dcmsign reads them, and after storing and bringing back at dcmqrscp and at an archive with a fault.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { keepingArchive } from '../../testing/keeping-archive.ts';
import { startPeer } from '../../testing/live-peers.ts';
import { system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { runPlan } from './run.ts';
import { signatureFault, signDataSet } from './signature.ts';
import type { Target } from './target.ts';
import { testInstance, testPatient } from './test-data.ts';

const [ct, get] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.2.3'];

test('a signature of ours is valid for dcmsign, and one over what was changed is not, for dcmsign and for us', async () => {
  using folder = temporaryFolder();
  const { dataSet } = testInstance(testPatient(), ct, { transferSyntaxUid: explicitVrLittleEndian });
  assert.equal(signatureFault(dataSet), 'there is no signature');
  signDataSet(dataSet);
  const verified = async () => {
    const file = join(folder.path, 'signed.dcm');
    writeFileSync(file, writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }));
    return (await run('dcmsign', ['--verify', file])).output;
  };
  assert.match(await verified(), /signature is OK/);
  assert.equal(signatureFault(dataSet), undefined);
  dataSet.set('StudyID', 'ANOTHER');
  assert.match(await verified(), /signature is invalid/);
  assert.equal(signatureFault(dataSet), 'the signature does not fit what was signed');
  dataSet.delete('StudyID');
  assert.equal(signatureFault(dataSet), '1 signed attributes are missing');
  dataSet.items('DigitalSignaturesSequence')[0]?.set('CertificateOfSigner', Uint8Array.of(1, 2), 'OB');
  dataSet.set('StudyID', 'ZZ1');
  assert.match(signatureFault(dataSet) ?? '', /cannot be read/);
});

const archive = (preserved: string, verified: string) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: '1.2.840.10008.1.1' }] },
      { name: 'Keep', offers: [{ uid: ct, syntaxes: [explicitVrLittleEndian] }] },
      { name: 'Give', offers: [{ uid: get, syntaxes: [explicitVrLittleEndian] }] },
    ],
    rest: { security: { state: 'described', profiles: [], signatures: { preserved, verified, replaced: 'Never.' } } },
  });

async function results(claims: object, target: Target): Promise<Readonly<Record<string, string>>> {
  const report = await runPlan(createPlan(claims), target, {
    care: { pause: 0, objectsPerSecond: 1000, response: 20, patience: 0.2 },
    only: ({ id }) => id.startsWith('signature/'),
  });
  assert.ok(report.leftBehind.length > 1, 'signed instances are listed for cleaning up');
  return Object.fromEntries(
    report.results
      .filter(({ id }) => id.startsWith('signature/'))
      .map(({ id, result, observed }) => [id, `${result}: ${observed}`]),
  );
}

test('[CS-TPL-31] dcmqrscp and an archive of ours preserve signatures and do not check them; one that changes an attribute, and one that is said to refuse, are found', async () => {
  await using peer = await startPeer('dcmqrscp');
  await using keeps = await keepingArchive();
  for (const { target } of [peer, keeps])
    assert.deepEqual(await results(archive('Always.', 'Signatures are not verified.'), target), {
      'signature/whole': 'passed: the signature verifies',
      'signature/broken': 'passed: status 0000',
    });
  await using changes = await keepingArchive({ change: (dataSet) => dataSet.set('StudyID', 'CHANGED') });
  const changed = await results(archive('Always.', 'What does not verify is refused.'), changes.target);
  assert.equal(changed['signature/whole'], 'failed: the signature does not fit what was signed');
  assert.equal(changed['signature/broken'], 'failed: status 0000');
  const denied = await results(archive('Not preserved.', 'Never.'), changes.target);
  assert.match(denied['signature/whole'] ?? '', /^passed: the signature does not fit/);
});
