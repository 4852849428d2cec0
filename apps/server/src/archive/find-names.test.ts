// Names are compared by the index alone: it must say what matching says, whatever stands in names and keys. PS3.4 C.2.2.2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, readDataSet } from '@concord/dicom';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';

const names = [
  '',
  'DOE^JANE',
  'Doe^John^^Dr.',
  'doe',
  '^Jane',
  "O'NEIL^A%B",
  'A_B^!C',
  'AxB^C',
  'a[b]^c#',
  'MÜLLER^JÖRG',
  'Weiß^Łukasz',
  'Yamada^Tarou=山田^太郎=やまだ^たろう',
  '=山田^花子',
  'Yoshida==よしだ',
  '𠮷田^一',
  'five^a^b^c^d',
];

const keys = [
  ...names.filter((name) => name !== ''),
  ...['*', '**', '?', '??*', '*doe*', '*^*', '*^ja?e', 'D?E^*', '*NEIL*', '*%*', '*_*', '?_?^!*', '*[b]*', '%', '___'],
  ...[
    'm?ller*',
    '*WEISS*',
    '*łuk*',
    '山田*',
    '*山*',
    '=山田*',
    '=*',
    '==*',
    '*=*',
    'Y*=*',
    'Y*=山*=*',
    '=',
    '^',
    '^^^=^',
  ],
  ...['?田*', '𠮷*', '*よし*', 'yoshida==よ*', 'doe=', '*\u{10ffff}', '*ane', 'jane', '*-*'],
  ...['doe^*', '*^*', 'doe^*^*', 'd?e^**', '*e^*', '^*', '^^*', '=*^*', 'y*^*=山*^*', '山田^*', 'doe^?'],
];

test('a search by name finds what matching finds, at the level of the patient and of the study', async (t) => {
  const { archive, put } = await openRealArchive(t);
  for (const [index, name] of names.entries()) {
    const uids = { StudyInstanceUID: `1.2.${index}`, SOPInstanceUID: `1.2.${index}.1` };
    await put(ctSlice({ SpecificCharacterSet: 'ISO_IR 192', PatientName: name, PatientID: `P${index}`, ...uids }));
  }
  for (const key of keys) {
    const asked = dataSetOf({ SpecificCharacterSet: 'ISO_IR 192', PatientName: key, PatientID: null });
    const expected = names.flatMap((name, index) => {
      const candidate = dataSetOf({ SpecificCharacterSet: 'ISO_IR 192', PatientName: name });
      return matches(dataSetOf({ SpecificCharacterSet: 'ISO_IR 192', PatientName: key }), candidate)
        ? [`P${index}`]
        : [];
    });
    for (const level of ['PATIENT', 'STUDY'] as const) {
      const found = await Array.fromAsync(archive.find(level, asked));
      const ids = found.map((answer) => answer.string('PatientID') ?? '').sort();
      assert.deepEqual(ids, expected.sort(), `${level} by ${key}`);
      assert.equal(await archive.count(level, asked), expected.length, `count of ${level} by ${key}`);
    }
  }
});

test('[VW-CHAR-03] Greek, Latin and other names are sorted by code points, always alike, whichever way round', async (t) => {
  const { put, archive } = await openRealArchive(t);
  const given = ['Διονυσιος', 'ADAMS^ANN', 'Люкceмбypг', 'ΑΒΓ', 'Zoe', '山田^太郎', 'ADAMS^ANN', 'adams^bob'];
  for (const [index, name] of given.entries()) {
    const uids = {
      StudyInstanceUID: `1.2.${index}`,
      SeriesInstanceUID: `1.2.${index}.1`,
      SOPInstanceUID: `1.2.${index}.1.1`,
    };
    const person = { SpecificCharacterSet: 'ISO_IR 192', PatientID: `P${index}`, PatientName: name };
    assert.equal((await put(ctSlice({ ...uids, ...person }))).status.code, 0x0000);
  }
  const sorted = async (descending: boolean) => {
    const orderBy = { keyword: 'PatientName', descending } as const;
    const keys = dataSetOf({ StudyInstanceUID: null, PatientName: null });
    const answers = await Array.fromAsync(archive.find('STUDY', keys, { orderBy }));
    return answers.map((answer) => answer.string('PatientName'));
  };
  const upwards = await sorted(false);
  assert.deepEqual(await sorted(false), upwards);
  const latin = ['ADAMS^ANN', 'ADAMS^ANN', 'adams^bob', 'Zoe'];
  assert.deepEqual(upwards, [...latin, 'ΑΒΓ', 'Διονυσιος', 'Люкceмбypг', '山田^太郎']);
  assert.deepEqual(await sorted(true), upwards.toReversed());
});

test('[ES-CHAR-02] an answer comes in the character set of the question where that has all of it, else in UTF-8; one that has not does not end the others', async (t) => {
  const { archive, put } = await openRealArchive(t);
  for (const [index, name] of ['Müller^Jörg', 'Yamada=山田^太郎', 'DOE^JANE'].entries()) {
    const uids = { StudyInstanceUID: `1.3.${index}`, SOPInstanceUID: `1.3.${index}.1` };
    await put(ctSlice({ SpecificCharacterSet: 'ISO_IR 192', PatientName: name, PatientID: `C${index}`, ...uids }));
  }
  const asked = async (terms: string | readonly string[]): Promise<readonly string[]> => {
    const keys = dataSetOf({ SpecificCharacterSet: terms, PatientName: null, PatientID: null });
    const found: string[] = [];
    const form = { transferSyntaxUid: explicitVrLittleEndian, constants: {} };
    for await (const answer of archive.findForPeer('PATIENT', keys, { form })) {
      const bytes = answer instanceof Uint8Array ? answer : encoded(answer);
      const read = readDataSet(bytes, explicitVrLittleEndian);
      found.push(
        `${read.string('PatientID')} ${read.strings('SpecificCharacterSet').join('/')} ${read.string('PatientName')}`,
      );
    }
    return found.toSorted();
  };
  const jane = 'C2  DOE^JANE';
  assert.deepEqual(await asked('ISO_IR 100'), ['C0 ISO_IR 100 Müller^Jörg', 'C1 ISO_IR 192 Yamada=山田^太郎', jane]);
  assert.deepEqual(await asked(['', 'ISO 2022 IR 87']), [
    'C0 ISO_IR 192 Müller^Jörg',
    'C1 /ISO 2022 IR 87 Yamada=山田^太郎',
    jane,
  ]);
  for (const terms of ['', 'NO SUCH SET'])
    assert.deepEqual(await asked(terms), ['C0 ISO_IR 192 Müller^Jörg', 'C1 ISO_IR 192 Yamada=山田^太郎', jane], terms);
});
