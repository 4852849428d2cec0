// `concord deidentify` checked by other programs: dcmdump and pydicom read the new files, dciodvfy finds no new error, openssl opens envelopes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DataSet, explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { encryptedAttributes } from '@concord/dicom/deidentify';
import { minimalObject } from '../../../packages/dicom/testing/minimal-object.ts';
import { folderWith } from '../testing/folder.ts';
import { concord } from '../testing/terminal.ts';
import { seal, unseal } from './cms/envelope.ts';

const environment = { CONCORD_DEIDENTIFICATION_SECRET: 'a secret of more than sixteen bytes' };
const run = (...argv: string[]) => concord(['deidentify', ...argv], { environment });
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A valid CT image with a patient, 16 x 16 pixels of 12 bits. */
function ct(change: (dataSet: DataSet) => void = () => {}): Uint8Array {
  const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.2');
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('PatientName', 'Šmídová^Jana');
  dataSet.set('PatientID', 'MRN-778812');
  dataSet.set('PatientBirthDate', '19610203');
  dataSet.set('StudyDate', '20240301');
  dataSet.set('InstitutionName', 'General Hospital');
  dataSet.set('Rows', 16);
  dataSet.set('Columns', 16);
  const values = Uint16Array.from({ length: 256 }, (_, at) => at * 16);
  dataSet.set('PixelData', new Uint8Array(values.buffer), 'OW');
  change(dataSet);
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}
const errorsOf = (path: string): string[] =>
  spawnSync('dciodvfy', [path], { encoding: 'utf8' })
    .stderr.split('\n')
    .filter((line) => line.startsWith('Error'));
/** Every value of a file as DCMTK prints it. */
const dumpOf = (path: string): string => execFileSync('dcmdump', ['-M', '+L', '-Un', path], { encoding: 'utf8' });

/** A key and its certificate, made by openssl. */
function keyPair(folder: string, name: string): { readonly key: string; readonly certificate: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], { stdio: 'pipe' });
  return { key, certificate };
}

test('dcmdump finds no identity, dciodvfy no new error, and the markers are there', async (context) => {
  const folder = folderWith(context, { '1.dcm': ct() });
  const to = join(folderWith(context), 'out');
  assert.equal((await run(folder, '--to', to)).code, 0);
  const [path = ''] = filesIn(to);
  const text = dumpOf(path);
  for (const value of ['Jana', 'MRN-778812', '19610203', '20240301', 'General Hospital'])
    assert.ok(!text.includes(value), value);
  assert.match(text, /\(0012,0062\) CS \[YES\]/);
  assert.match(text, /\(0008,0100\) SH \[113100\]/);
  assert.match(text, /\(0028,0303\) CS \[REMOVED/);
  assert.deepEqual(errorsOf(path), errorsOf(join(folder, '1.dcm')));
});

test('pydicom reads what was retained and what was replaced', async (context) => {
  const folder = folderWith(context, { '1.dcm': ct() });
  const to = join(folderWith(context), 'out');
  await run(folder, '--to', to, '-o', 'retain-institution-identity', '-o', 'retain-longitudinal-full-dates');
  const script = `import pydicom,sys,json
d=pydicom.dcmread(sys.argv[1])
print(json.dumps([d.InstitutionName,d.StudyDate,str(d.PatientName),d.LongitudinalTemporalInformationModified,
 [i.CodeValue for i in d.DeidentificationMethodCodeSequence],int(d.pixel_array.sum()),d.is_original_encoding]))`;
  const [path = ''] = filesIn(to);
  const [institution, date, name, modified, codes, sum] = JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }),
  );
  assert.deepEqual([institution, date, modified], ['General Hospital', '20240301', 'UNMODIFIED']);
  assert.match(name, /^P[0-9A-Z]{7}$/);
  assert.deepEqual(codes, ['113100', '113106', '113112']);
  assert.equal(sum, (255 * 256 * 16) / 2);
});

const compressors = [
  { name: 'RLE Lossless', make: (from: string, to: string) => execFileSync('dcmcrle', [from, to]), read: 'dcmdrle' },
  { name: 'JPEG Lossless', make: (from: string, to: string) => execFileSync('dcmcjpeg', [from, to]), read: 'dcmdjpeg' },
  {
    name: 'JPEG-LS Lossless',
    make: (from: string, to: string) => execFileSync('dcmcjpls', [from, to]),
    read: 'dcmdjpls',
  },
];
for (const { name, make, read } of compressors)
  test(`${name}: regions go black, the syntax stays, and DCMTK decodes the rest as it was`, async (context) => {
    const folder = folderWith(context, { '1.dcm': ct() });
    const compressed = folderWith(context);
    make(join(folder, '1.dcm'), join(compressed, '1.dcm'));
    const to = join(folderWith(context), 'out');
    const { code, output } = await run(compressed, '--to', to, '-o', 'clean-pixel-data', '--blank', '0,0,16,2');
    assert.equal(code, 0, output.join('\n'));
    const [path = ''] = filesIn(to);
    assert.equal(
      readPart10(readFileSync(path)).transferSyntaxUid,
      readPart10(readFileSync(join(compressed, '1.dcm'))).transferSyntaxUid,
    );
    const plain = join(compressed, 'plain.dcm');
    execFileSync(read, [path, plain]);
    const { dataSet } = readPart10(readFileSync(plain));
    const pixels = new Uint16Array(new Uint8Array(dataSet.bytes('PixelData') ?? []).buffer);
    const lowest = dataSet.number('PixelRepresentation') === 1 ? 0xf800 : 0;
    assert.ok(
      pixels.subarray(0, 32).every((value) => value === lowest),
      pixels.subarray(0, 4).join(),
    );
    assert.deepEqual(
      [...pixels.subarray(32)],
      Array.from({ length: 224 }, (_, at) => (at + 32) * 16),
    );
    assert.equal(dataSet.string('BurnedInAnnotation'), 'NO');
  });

test('encrypted attributes: openssl opens them, and so does --reidentify with the key', async (context) => {
  const folder = folderWith(context, { '1.dcm': ct() });
  const keys = folderWith(context);
  const [one, two] = [keyPair(keys, 'one'), keyPair(keys, 'two')];
  const [to, again] = [join(folderWith(context), 'out'), join(folderWith(context), 'again')];
  await run(folder, '--to', to, '--recipient', one.certificate, '--recipient', two.certificate);
  const [path = ''] = filesIn(to);
  assert.ok(!readFileSync(path, 'utf8').includes('Jana'));
  const [first, second] = encryptedAttributes(readPart10(readFileSync(path)).dataSet);
  assert.ok(first && second);
  writeFileSync(join(keys, 'envelope'), second.content);
  const opened = execFileSync('openssl', [
    'cms',
    '-decrypt',
    '-inform',
    'DER',
    '-in',
    join(keys, 'envelope'),
    '-recip',
    two.certificate,
    '-inkey',
    two.key,
  ]);
  assert.ok(opened.includes('Šmídová^Jana'));
  const { code, output } = await concord(['deidentify', to, '--to', again, '--reidentify', '--key', two.key]);
  assert.equal(code, 0, output.join('\n'));
  assert.equal(dumpOf(filesIn(again)[0] ?? ''), dumpOf(join(folder, '1.dcm')));
  const other = keyPair(keys, 'other');
  const refused = await concord(['deidentify', to, '--to', join(again, 'x'), '--reidentify', '--key', other.key]);
  assert.equal(refused.code, 1);
  assert.match(refused.output.join(), /the key opens none of the encrypted attributes/);
});

test('envelopes that openssl made are opened: AES of each length, Triple-DES', (context) => {
  const keys = folderWith(context, { plain: 'what only one may read' });
  const { key, certificate } = keyPair(keys, 'one');
  const privateKey = createPrivateKey(readFileSync(key));
  for (const cipher of ['-aes-128-cbc', '-aes-192-cbc', '-aes-256-cbc', '-des3']) {
    const envelope = execFileSync('openssl', [
      'cms',
      '-encrypt',
      '-binary',
      cipher,
      '-outform',
      'DER',
      '-in',
      join(keys, 'plain'),
      certificate,
    ]);
    assert.equal(unseal(envelope, privateKey).toString(), 'what only one may read', cipher);
  }
  const ours = seal(Buffer.from('text'), new X509Certificate(readFileSync(certificate)));
  for (let cut = 0; cut < ours.length - 1; cut += 7)
    assert.throws(() => unseal(ours.subarray(0, cut), privateKey), { name: 'CliError' }, String(cut));
});
