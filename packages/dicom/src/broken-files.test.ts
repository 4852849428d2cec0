// Each broken file of the test data gives a data set with findings or one clear error, and no other file gives any.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brokenFiles, brokenFilesPage } from '../testing/broken-files.ts';
import { concat, explicit, file } from '../testing/bytes.ts';
import { corpusFile, corpusFiles, needsCorpus } from '../testing/corpus.ts';
import { DicomError, explicitVrLittleEndian, faults, readPart10 } from './index.ts';

describe('broken files of the test data', needsCorpus, () => {
  for (const { name, refused, findings, what } of brokenFiles)
    test(`${name}: ${what}`, () => {
      const bytes = corpusFile(name);
      if (refused) {
        assert.throws(
          () => readPart10(bytes),
          (error) =>
            error instanceof DicomError && error.fault === refused && error.message.startsWith(faults[refused]),
        );
        return;
      }
      const read = readPart10(bytes);
      assert.deepEqual(
        read.findings.map(({ fault, path }) => ({ fault, path })),
        findings,
      );
      assert.ok(read.dataSet.size > 0);
      for (const { offset, text } of read.findings) assert.ok(offset >= 0 && offset <= bytes.length && text.length > 5);
    });

  test('every other file is read without a finding', () => {
    const listed = new Set(brokenFiles.map(({ name }) => name));
    const others = corpusFiles().filter((name) => !listed.has(name));
    assert.deepEqual(
      others.filter((name) => readPart10(corpusFile(name)).findings.length > 0),
      [],
    );
    assert.ok(others.length > 400);
  });
});

test('a file cut anywhere gives what is there and says where it ends, or one error', () => {
  const bytes = file(
    explicitVrLittleEndian,
    concat(
      explicit(0x00100010, 'PN', 'Doe^Jane'),
      explicit(0x00100020, 'LO', 'P1'),
      explicit(0x7fe00010, 'OW', 'abcdefgh'),
    ),
  );
  for (let cut = 0; cut < bytes.length; cut += 1) {
    const part = bytes.subarray(0, cut);
    if (cut < 132) assert.throws(() => readPart10(part), DicomError);
    else {
      const { findings, dataSet } = readPart10(part);
      assert.ok(dataSet.size <= 3);
      for (const { offset } of findings) assert.ok(offset <= cut);
    }
  }
});

/** `CONCORD_UPDATE_DOCS=1 node --test packages/dicom/src/broken-files.test.ts` writes the page anew. */
test('the page of the guide says what the table says', () => {
  const page = join(import.meta.dirname, '../../../docs/guide/broken-files.md');
  if (process.env.CONCORD_UPDATE_DOCS) writeFileSync(page, brokenFilesPage());
  assert.equal(readFileSync(page, 'utf8'), brokenFilesPage());
});
