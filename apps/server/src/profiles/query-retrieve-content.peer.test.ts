// The profile query-retrieve-server: what is kept of an object and given back, what queries return, which contexts there are.
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readPart10 } from '@concord/dicom';
import { asPart10, ctSlice, type Values } from '../../testing/data-sets.ts';
import { f1, st1, st3, st4 } from '../../testing/fixture-f1.ts';
import { freePort } from '../../testing/ports.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import {
  contextsOf,
  entitiesWith,
  find,
  identifier,
  models,
  queryRetrieve,
  queryTitle,
  startArchive,
  storeTitle,
} from '../../testing/profiled-archive.ts';
import { run, runWithInput, startStorescp } from '../../testing/programs.ts';

const [implicit, explicit, jpeg] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.50'];
const comparison = join(import.meta.dirname, '../../testing/compare_data_sets.py');
const own = '1.2.826.0.1.8';

/** Private blocks with a sequence of their own, unknown elements, empty ones, what a CT has not: made by pydicom. */
const strange = `
import sys, pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
d = pydicom.dcmread(sys.argv[1])
block = d.private_block(0x0029, 'CONCORD TEST', create=True)
inner = Dataset()
inner.add_new(0x00100020, 'LO', 'INNER')
inner.private_block(0x0031, 'CONCORD INNER', create=True).add_new(0x01, 'OB', bytes(range(10)))
block.add_new(0x01, 'SQ', Sequence([inner, Dataset()]))
block.add_new(0x02, 'UN', bytes(range(256)))
block.add_new(0x03, 'FD', [1.5, -2.25])
d.add_new(0x00091000, 'UN', b'no creator')
d.PatientComments = ''
d.ContentLabel = 'EXTENDED'
d.add_new(0x00280107, 'US', 4095)
d.save_as(sys.argv[2])
`;

describe('objects that come and go', () => {
  const endings: (() => void | Promise<void>)[] = [];
  const hooks = { after: (end: () => void | Promise<void>) => void endings.push(end) };
  let server: ProfiledServer;
  let folder: string;
  let received: string;

  before(async () => {
    const port = await freePort();
    server = await startArchive({ after: (end) => void endings.push(end) }, port, { storeLayout: 'files' });
    folder = server.folder;
    received = join(folder, 'received');
    mkdirSync(received);
    await startStorescp(hooks, received, port);
  });
  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  /** Writes an object, sends it with storescu, has it moved by movescu; resolves with both files. */
  async function thereAndBack(name: string, make: (path: string) => Promise<void> | void, study: string) {
    const sent = join(folder, `${name}.dcm`);
    await make(sent);
    const stored = await run('storescu', '-R', ...server.called(storeTitle), sent);
    assert.equal(stored.exitCode, 0, stored.output);
    const there = new Set(readdirSync(received));
    const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000D=${study}`];
    const moved = await run('movescu', '-S', '-aem', 'DEST', ...keys, ...server.called(queryTitle));
    assert.equal(moved.exitCode, 0, moved.output);
    const [file = ''] = readdirSync(received).filter((each) => !there.has(each));
    return { sent, back: join(received, file) };
  }

  const slice = (study: string, values: Values = {}) =>
    ctSlice({ StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1`, ...values });

  async function differences(sent: string, back: string): Promise<string> {
    return (await runWithInput(JSON.stringify([[sent, back]]), '/usr/bin/python3', comparison)).output;
  }

  test('[QR-RCV-01] every object is a file that DCMTK takes for DICOM', async () => {
    const data = join(folder, 'data');
    const files = globSync('objects/**/*.dcm', { cwd: data })
      .map((name) => join(data, name))
      // Those that wait for the next object are empty.
      .filter((path) => statSync(path).size > 0);
    assert.ok(files.length >= f1.length);
    const { output } = await run('dcmftest', ...files);
    assert.equal(output.match(/^yes: /gm)?.length, files.length, output);
  });

  test('[QR-RCV-02] [QR-EXP-01] private, unknown, empty and further elements come back as they went', async () => {
    const study = `${own}.2`;
    const { sent, back } = await thereAndBack(
      'strange',
      async (path) => {
        const plain = join(folder, 'plain.dcm');
        writeFileSync(plain, asPart10(slice(study)));
        const made = await runWithInput(strange, '/usr/bin/python3', '-', plain, path);
        assert.equal(made.exitCode, 0, made.output);
      },
      study,
    );
    assert.equal(await differences(sent, back), '');
    assert.ok(readPart10(readFileSync(back)).dataSet.has('(0029,1002)'), 'the private block is there to be compared');
  });

  test('[QR-SEC-01] [VW-STP-06] what dcmsign signed is verified after it was stored and sent on', async () => {
    const study = `${own}.3`;
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=signer', '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
    const made = await run('openssl', 'req', '-x509', ...subject, '-keyout', key, '-out', certificate);
    assert.equal(made.exitCode, 0, made.output);
    const { back } = await thereAndBack(
      'signed',
      async (path) => {
        const plain = join(folder, 'unsigned.dcm');
        writeFileSync(plain, asPart10(slice(study, { PatientName: 'SIGNED^ANN', PatientID: 'SIG1' })));
        // The certificate counts from its second on.
        for (let tries = 0, verified = 1; verified !== 0 && tries < 20; tries += 1) {
          const signing = await run('dcmsign', '+s', key, certificate, plain, path);
          assert.equal(signing.exitCode, 0, signing.output);
          verified = (await run('dcmsign', '--verify', '+rg', '+cf', certificate, path)).exitCode;
          if (verified !== 0) await pause(200);
        }
      },
      study,
    );
    const verified = await run('dcmsign', '--verify', '+rg', '+cf', certificate, back);
    assert.equal(verified.exitCode, 0, verified.output);
  });

  test('[QR-CHS-02] names in UTF-8 and in ISO 2022 IR 87 keep their bytes; answers are labelled with what they are in', async () => {
    for (const [number, characterSet, name] of [
      ['4', 'ISO_IR 192', 'Wang^XiaoDong=王^小东'],
      ['5', '\\ISO 2022 IR 87', 'Yamada^Tarou=山田^太郎'],
    ] as const) {
      const study = `${own}.${number}`;
      const patient = { PatientID: `CHS${number}`, PatientName: name, SpecificCharacterSet: characterSet.split('\\') };
      const { sent, back } = await thereAndBack(
        `characters-${number}`,
        (path) => writeFileSync(path, asPart10(slice(study, patient))),
        study,
      );
      const [before, behind] = [sent, back].map((path) => readPart10(readFileSync(path)).dataSet);
      for (const keyword of ['SpecificCharacterSet', 'PatientName'] as const)
        assert.deepEqual(Buffer.from(behind?.bytes(keyword) ?? []), Buffer.from(before?.bytes(keyword) ?? []), keyword);
      const keys = identifier('STUDY', {
        SpecificCharacterSet: 'ISO_IR 192',
        StudyInstanceUID: study,
        PatientName: null,
      });
      const [answer] = await find(server, models.studyFind, keys);
      assert.equal(answer?.identifier?.string('PatientName'), name);
      const labelled = answer?.identifier?.string('SpecificCharacterSet');
      assert.equal(labelled, 'ISO_IR 192');
    }
    // Asked without a character set, by a program that shows the bytes: the label fits them.
    const { output } = await run(
      'findscu',
      '-v',
      '-S',
      ...server.called(queryTitle),
      '-k',
      '0008,0052=STUDY',
      '-k',
      `0020,000D=${own}.5`,
      '-k',
      '0010,0010',
    );
    assert.match(output, /ISO_IR 192/);
    assert.ok(output.includes(Buffer.from('山田').toString('latin1')), output);
  });

  test('[QR-DB-08] [QR-DB-13] [QR-DB-31] the physicians, operators, times and numbers of the tables come back', async () => {
    const ask = async (...keys: readonly string[]) => {
      const asked = keys.flatMap((key) => ['-k', key]);
      const { exitCode, output } = await run('findscu', '-v', '-S', ...server.called(queryTitle), ...asked);
      assert.equal(exitCode, 0, output);
      return output;
    };
    const studies = await ask(
      '0008,0052=STUDY',
      `0020,000D=${st3}`,
      '0008,0090',
      '0008,0030',
      '0020,0010',
      '0008,1030',
    );
    for (const value of ['REF^ALPHA', '100000', 'S3', 'US ABDOMEN']) assert.ok(studies.includes(value), value);
    assert.match(
      await ask('0008,0052=STUDY', '0008,0090=REF^BETA', '0010,0020=PID*', '0020,000D'),
      /1\.2\.826\.0\.1\.2\b/,
    );
    assert.match(await ask('0008,0052=STUDY', '0020,0010=S4', '0020,000D'), new RegExp(`${st4}\\b`));
    const series = await ask('0008,0052=SERIES', `0020,000D=${st3}`, '0020,000E', '0020,0011=2', '0008,1070');
    for (const value of [`${st3}.2`, 'OPERATOR^US']) assert.ok(series.includes(value), value);
    const images = await ask(
      '0008,0052=IMAGE',
      `0020,000D=${st1}`,
      `0020,000E=${st1}.1`,
      '0008,0018',
      '0008,0016',
      '0020,0013=3',
    );
    assert.ok(images.includes(`${st1}.1.3`) && !images.includes(`${st1}.1.2`), images);
    assert.match(images, /CTImageStorage|1\.2\.840\.10008\.5\.1\.4\.1\.1\.2/);
  });

  test('[QR-FIND-01] [QR-FST-01] the unique keys above the level are demanded, whatever is negotiated', async () => {
    const [context] = contextsOf(models.studyFind);
    assert.ok(context);
    const asked = async (level: string, keys: Readonly<Record<string, string | null>>) => {
      await using association = await server.associate(queryTitle, [
        { ...context, extendedNegotiation: Uint8Array.of(1) },
      ]);
      const answers = await Array.fromAsync(association.find(models.studyFind, identifier(level, keys)));
      return { matches: answers.length - 1, last: answers.at(-1) };
    };
    const relational = await asked('SERIES', { PatientID: 'PID001', SeriesInstanceUID: null });
    assert.deepEqual([relational.matches, relational.last?.status.code], [0, 0xa900]);
    assert.equal((await asked('IMAGE', { StudyInstanceUID: st1, SOPInstanceUID: null })).last?.status.code, 0xa900);
    const hierarchical = await asked('SERIES', { StudyInstanceUID: st1, SeriesInstanceUID: null });
    assert.deepEqual([hierarchical.matches, hierarchical.last?.status.code], [2, 0]);
    assert.equal(hierarchical.last?.identifier, undefined);
  });

  test('[QR-STO-10] associations mean nothing: a study in one or in many is the same', async () => {
    const copies = f1.map((dataSet, index) => {
      const copy = dataSet.clone();
      for (const keyword of ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const)
        copy.set(keyword, `${dataSet.string(keyword)}.99`);
      const file = join(folder, `copy-${index}.dcm`);
      writeFileSync(file, asPart10(copy));
      return file;
    });
    for (const file of copies) assert.equal((await run('storescu', ...server.called(storeTitle), file)).exitCode, 0);
    const counts = async (suffix: string) => {
      const uids = [st1, st3, st4].map((uid) => `${uid}${suffix}`).join(',');
      const fields = 'includefield=00201206&includefield=00201208';
      const studies = await server.json(`/dicom-web/studies?StudyInstanceUID=${uids}&${fields}`);
      assert.ok(Array.isArray(studies));
      return studies
        .map((study) => [
          study['0020000D'].Value[0].replace(/\.99$/, ''),
          study['00201206'].Value,
          study['00201208'].Value,
        ])
        .sort();
    };
    assert.deepEqual(await counts('.99'), await counts(''));
    assert.equal((await counts('')).length, 3);
  });

  test('[QR-CTX-01] [QR-GEN-14] every context of the table is accepted, each for itself, as SCP', async () => {
    const storage = (end: string) => `1.2.840.10008.5.1.4.1.1.${end}`;
    const proposed = [
      ['1.2.840.10008.1.1', implicit],
      ...[implicit, explicit].map((syntax) => ['1.2.840.10008.1.20.1', syntax]),
      ...['6', '6.1', '3', '3.1', '7'].flatMap((end) =>
        [implicit, explicit, jpeg].map((syntax) => [storage(end), syntax]),
      ),
      ...['1', '2', '4'].flatMap((end) => [implicit, explicit].map((syntax) => [storage(end), syntax])),
      [storage('5'), implicit],
    ].map(([abstractSyntax = '', syntax = '']) => ({
      abstractSyntax,
      transferSyntaxes: [syntax],
      extendedNegotiation: Uint8Array.of(2, 0),
    }));
    assert.equal(proposed.length, 25);
    await using association = await server.associate(storeTitle, proposed);
    assert.deepEqual(
      association.accepted.map(({ abstractSyntax, transferSyntax }) => [abstractSyntax, transferSyntax]),
      proposed.map(({ abstractSyntax, transferSyntaxes }) => [abstractSyntax, transferSyntaxes[0]]),
    );
    for (const { weAreScu, weAreScp, extendedNegotiation } of association.accepted)
      assert.deepEqual([weAreScu, weAreScp, extendedNegotiation], [true, false, undefined]);
  });

  test('[QR-SEC-06] anybody is served in the clear, and no profile for secrecy or users is claimed', async () => {
    for (const title of [storeTitle, queryTitle])
      assert.equal((await run('echoscu', ...server.called(title))).exitCode, 0);
    const statement = JSON.stringify(await server.json('/conformance?format=json'));
    assert.match(statement, /EX_STORE_SCP/);
    assert.doesNotMatch(statement, /TLS Secure Transport Connection Profile/);
  });
});

test('[QR-STO-12] 16384 bytes are announced, and another length where the settings say so', async (t) => {
  const announced = async (server: ProfiledServer) =>
    [
      ...(await run('echoscu', '-d', ...server.called(storeTitle))).output.matchAll(
        /Their Max PDU Receive Size: +(\d+)/g,
      ),
    ].at(-1)?.[1];
  assert.equal(await announced(await startProfile(t, queryRetrieve)), '16384');
  const entities = entitiesWith({ [storeTitle]: { maximumPduLength: 32_768 } });
  assert.equal(await announced(await startProfile(t, queryRetrieve, { entities })), '32768');
});
