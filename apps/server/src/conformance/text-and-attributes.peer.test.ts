// What the statement says of needed attributes, character sets and names of persons, against the running server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readStatement, type Statement } from '@concord/conformance';
import { DataSet } from '@concord/dicom';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { dataSet, storeRq } from '../../../../packages/network/testing/wire.ts';
import { ctSlice, encoded } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';

const [ct, explicit] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2.1'];
const studyFind = '1.2.840.10008.5.1.4.1.2.2.1';

describe('text and attributes', () => {
  const ends: (() => Promise<void>)[] = [];
  let server: ProfiledServer;
  let statement: Statement;
  before(async () => {
    server = await startProfile({ after: (end) => void ends.push(end) }, 'default');
    statement = readStatement(JSON.stringify(await server.json('/conformance?format=json')));
  });
  after(async () => {
    for (const end of ends) await end();
  });

  /** The status that an object is stored with. */
  async function stored(slice: DataSet): Promise<number> {
    using peer = await ScriptedPeer.associate(server.dicomPort, {
      contexts: [{ id: 1, abstract: ct, transfer: [explicit] }],
    });
    peer.send(storeRq(1, ct, slice.string('SOPInstanceUID') ?? '1.2.3.9'), dataSet(1, encoded(slice)));
    return Number((await peer.nextCommand()).get(0x0900));
  }

  async function studiesOf(keys: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const identifier = new DataSet();
    identifier.set('SpecificCharacterSet', 'ISO_IR 192');
    identifier.set('QueryRetrieveLevel', 'STUDY');
    identifier.set('StudyInstanceUID', null);
    for (const [keyword, value] of Object.entries(keys)) identifier.set(keyword, value);
    await using association = await server.associate('CONCORD', [
      { abstractSyntax: studyFind, transferSyntaxes: [explicit] },
    ]);
    const matches = await Array.fromAsync(association.find(studyFind, identifier));
    return matches.flatMap(({ identifier: found }) => found?.string('StudyInstanceUID') ?? []).sort();
  }

  const named = (study: string, name: string): DataSet =>
    ctSlice({
      SpecificCharacterSet: 'ISO_IR 192',
      PatientName: name,
      PatientID: study,
      StudyInstanceUID: study,
      SeriesInstanceUID: `${study}.1`,
      SOPInstanceUID: `${study}.1.1`,
    });

  test('[CS-IOD-07] an object without an attribute that the statement says is needed is refused as it says', async () => {
    const { attributeUsage } = statement.annexes;
    assert.ok(attributeUsage.state === 'described');
    const keywords = { '(0020,000D)': 'StudyInstanceUID', '(0020,000E)': 'SeriesInstanceUID' } as const;
    for (const [tag, keyword] of Object.entries(keywords)) {
      const row = attributeUsage.rows.find((each) => each.tag === tag);
      assert.match(row?.ifMissing ?? '', /refused with A900/);
      const slice = ctSlice({ SOPInstanceUID: '1.2.3.90.1.1' });
      slice.delete(keyword);
      assert.equal(await stored(slice), 0xa900, keyword);
    }
    assert.equal(await stored(ctSlice({ SOPInstanceUID: '1.2.3.90.1.2' })), 0);
  });

  test('[CS-CHR-05] a query in ISO_IR 192 for a Cyrillic name finds its study, as the statement says of requests', async () => {
    assert.ok(statement.characterSets.state === 'described');
    assert.match(statement.characterSets.query.scpRequest, /read in the character set that the request names/);
    assert.equal(await stored(named('1.2.3.91', 'Люкceмбypг')), 0);
    assert.deepEqual(await studiesOf({ PatientName: 'Люкceм*' }), ['1.2.3.91']);
    assert.deepEqual(await studiesOf({ PatientName: 'Другой*' }), []);
  });

  test('[CS-CHR-01] text in each listed single character set is stored, found and given back as it was', async () => {
    assert.ok(statement.characterSets.state === 'described');
    const listed = statement.characterSets.supported.map(({ definedTerm }) => definedTerm);
    const samples: Readonly<Record<string, string>> = {
      'ISO_IR 100': 'Müller^Jérôme',
      'ISO_IR 101': 'Łukasz^Żółć',
      'ISO_IR 109': 'Ĉapelo^Ĝardeno',
      'ISO_IR 110': 'Bērziņš^Jānis',
      'ISO_IR 144': 'Иванов^Пётр',
      'ISO_IR 127': 'قباني^لنزار',
      'ISO_IR 126': 'Διονυσιος^Νικος',
      'ISO_IR 138': 'שרון^דבורה',
      'ISO_IR 148': 'Çavuşoğlu^Şule',
      'ISO_IR 203': 'Œuvre^Žofie',
      'ISO_IR 166': 'สมชาย^ใจดี',
      'ISO_IR 13': 'ﾔﾏﾀﾞ^ﾀﾛｳ',
      'ISO_IR 192': '王^小东',
      GB18030: '王^小东',
      GBK: '王^小东',
    };
    for (const [at, [term, name]] of Object.entries(samples).entries()) {
      if (!listed.includes(term)) continue;
      const study = `1.2.3.95.${at + 1}`;
      const slice = named(study, '');
      slice.set('SpecificCharacterSet', term);
      slice.set('PatientName', name);
      assert.equal(await stored(slice), 0, term);
      assert.ok((await studiesOf({ PatientName: name, PatientID: study })).includes(study), term);
      const found = await server.json(`/dicom-web/studies?StudyInstanceUID=${study}`);
      assert.ok(Array.isArray(found) && found.length === 1);
      assert.equal(found[0]['00100010'].Value[0].Alphabetic, name, term);
    }
    for (const term of ['ISO_IR 100', 'ISO_IR 144', 'ISO_IR 192', 'GB18030']) assert.ok(listed.includes(term), term);
  });

  test('[CS-CHR-07] each group of a name is matched by itself, without regard to case', async () => {
    assert.ok(statement.characterSets.state === 'described');
    assert.match(statement.characterSets.personNames, /groups are kept and matched one by one, without regard to case/);
    assert.equal(await stored(named('1.2.3.92', 'Yamada^Tarou=山田^太郎=やまだ^たろう')), 0);
    for (const pattern of ['YAMADA^*', '=山田*', '==やまだ*'])
      assert.deepEqual(await studiesOf({ PatientName: pattern }), ['1.2.3.92'], pattern);
    assert.deepEqual(await studiesOf({ PatientName: '=鈴木*' }), []);
  });
});
