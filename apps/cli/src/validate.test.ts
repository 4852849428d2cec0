// `concord validate`: good files, files with errors, broken files, other files, several threads.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { minimalObject } from '../../../packages/dicom/testing/minimal-object.ts';
import { folderWith } from '../testing/folder.ts';
import { concord } from '../testing/terminal.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const file = (change: (dataSet: ReturnType<typeof minimalObject>) => void = () => {}, instance = 1): Uint8Array => {
  const dataSet = minimalObject(ct, instance);
  change(dataSet);
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
};
const good = file();
const wrong = file((dataSet) => {
  dataSet.delete('Modality');
  dataSet.set('PatientSex', 'X');
  dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'far too long for a short string');
});

test('a folder with good files only ends with 0, and says how many', async (context) => {
  const folder = folderWith(context, {
    'a/1.dcm': good,
    'b/2.dcm': good,
    'readme.txt': 'no image at all, only some words',
  });
  const { code, output, notes } = await concord(['validate', folder]);
  assert.deepEqual([code, notes], [0, []]);
  assert.match(
    output.join('\n'),
    /^2 validated: 0 with errors, 0 with warnings only, 2 without either, 0 failed, 1 not DICOM/,
  );
});

test('errors are told by path, rule and section, and end it with 1', async (context) => {
  const folder = folderWith(context, { '1.dcm': wrong, '2.dcm': good });
  const { code, output } = await concord(['validate', folder]);
  assert.equal(code, 1);
  assert.equal(output[0], `${join(folder, '1.dcm')} (CT Image)`);
  assert.ok(output.some((line) => /^ {2}error {7}Modality: type 1 .*\[missing, PS3\.3 Table C\.7-5a\]$/.test(line)));
  assert.ok(output.some((line) => /PatientSex: "X".*\[enumerated-value/.test(line)));
  assert.match(output.at(-1) ?? '', /^2 validated: 1 with errors/);
});

test('--json: findings with path, tags, rule and severity, then the counts', async (context) => {
  const folder = folderWith(context, { '1.dcm': wrong });
  const { code, output } = await concord(['validate', '--json', folder]);
  const [one, counts] = output.map((line) => JSON.parse(line));
  assert.equal(code, 1);
  assert.deepEqual([one.path, one.sopClassUid, one.iod], [join(folder, '1.dcm'), ct, 'CT Image']);
  const long = one.findings.find(({ rule }: { rule: string }) => rule === 'length');
  assert.equal(long.path, 'RequestAttributesSequence[0].ScheduledProcedureStepID');
  assert.equal(long.tags, '(0040,0275)[0].(0040,0009)');
  assert.equal(long.severity, 'error');
  assert.deepEqual([counts.files, counts.withErrors, counts.failed], [1, 1, 0]);
  assert.ok(counts.findings.error >= 3);
});

test('--severity shows less or more, --limit stops', async (context) => {
  const folder = folderWith(context, {
    '1.dcm': wrong,
    '2.dcm': file((dataSet) => dataSet.set('FilmConsumptionSequence', null)),
  });
  const findings = async (...more: string[]) => {
    const { output } = await concord(['validate', '--json', folder, ...more]);
    return output
      .slice(0, -1)
      .flatMap((line) => JSON.parse(line).findings.map((one: { severity: string }) => one.severity));
  };
  assert.deepEqual([...new Set(await findings('--severity', 'error'))], ['error']);
  assert.ok((await findings('--severity', 'information')).includes('information'));
  assert.equal((await findings('--limit', '1', '--severity', 'information')).length, 2);
});

test('a file that is cut off, one that is none and one whose meta information lies do not stop the others', async (context) => {
  const lying = good.slice();
  const at = Buffer.from(lying).indexOf(ct);
  lying[at + ct.length - 1] = 0x34;
  const folder = folderWith(context, { '1.dcm': good.subarray(0, good.length - 3), '2.dcm': lying, '3.dcm': good });
  const other = folderWith(context, { 'x.txt': 'this is no DICOM file, and it was named itself' });
  const { code, output } = await concord(['validate', '--json', folder, join(other, 'x.txt')]);
  assert.equal(code, 1);
  const lines = output.map((line) => JSON.parse(line));
  assert.ok(
    lines[0].findings.some(({ rule, severity }: Record<string, string>) => rule === 'file' && severity === 'error'),
  );
  assert.equal(lines[1].findings[0].path, 'MediaStorageSOPClassUID');
  assert.deepEqual(lines[2].findings, []);
  assert.equal(lines[3].outcome, 'failed');
  assert.deepEqual([lines[4].files, lines[4].failed, lines[4].withErrors], [3, 1, 2]);
});

test('wrong use is told', async (context) => {
  const folder = folderWith(context, { '1.dcm': good });
  for (const argv of [
    ['validate'],
    ['validate', '/no/such'],
    ['validate', folder, '--severity', 'fatal'],
    ['validate', folder, '-j', '0'],
  ])
    assert.equal((await concord(argv)).code, 2, argv.join(' '));
  assert.equal((await concord(['validate', folderWith(context)])).code, 1, 'nothing was validated');
});

test('several threads say the same as one, in the order of the files', async (context) => {
  const files = Array.from({ length: 300 }, (_, at): [string, Uint8Array] => [
    `${at}.dcm`,
    at % 7 === 0 ? wrong : good,
  ]);
  const folder = folderWith(context, Object.fromEntries(files));
  const [one, three] = [
    await concord(['validate', '--json', folder, '-j', '1']),
    await concord(['validate', '--json', folder, '-j', '3']),
  ];
  assert.deepEqual(three.output.slice(0, -1), one.output.slice(0, -1));
  assert.equal(three.output.length, 301);
  assert.deepEqual([one.code, three.code], [1, 1]);
});

test('Ctrl-C: what was not begun has failed', async (context) => {
  const folder = folderWith(context, { '1.dcm': good });
  const { code, output } = await concord(['validate', '--json', folder], { signal: AbortSignal.abort() });
  assert.equal(code, 1);
  assert.equal(JSON.parse(output[0] ?? '').reason, 'interrupted');
});
