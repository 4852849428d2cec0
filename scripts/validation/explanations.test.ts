// The page of differences with dciodvfy: each has its reason, and what nobody looked at has none.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLine } from './dciodvfy.ts';
import { explain } from './explanations.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/dicom-validation.md'), 'utf8');

test('no difference of the page is without a reason, and none is a guess', () => {
  const rows = page.split('\n').filter((line) => /^\| (concord|dciodvfy) \|/.test(line));
  assert.ok(rows.length > 50);
  for (const row of rows) {
    const why = row.split('|').at(-2)?.trim() ?? '';
    assert.ok(why.length > 20 && !/presumably|not explained/.test(why), row);
  }
});

test('a difference of another kind is not explained away', () => {
  for (const kind of ['missing', 'values', 'vm', 'items', 'value', 'empty'] as const)
    assert.equal(explain('concord', { kind, keyword: 'PatientSize', text: 'something new' }, []), undefined, kind);
  assert.equal(explain('dciodvfy', { kind: 'values', keyword: 'PatientSize', text: 'x' }, []), undefined);
  assert.equal(
    explain('dciodvfy', { kind: 'missing', keyword: 'PatientSize', text: 'Type 1 Required' }, []),
    undefined,
  );
});

test('where dciodvfy stops, the reason is that it stopped', () => {
  const one = { kind: 'missing', keyword: 'PatientSize', text: 'not there' } as const;
  assert.match(
    explain('concord', one, ['dciodvfy: attrothr.cc:46: Assertion `bitsallocated'].concat('x')) ?? '',
    /assertion/,
  );
  assert.match(explain('concord', one, ['Error - Dicom dataset read failed']) ?? '', /gives up/);
});

test('lines of dciodvfy are taken apart by kind and attribute', () => {
  const names = new Map([['patientssex', 'PatientSex']]);
  const kinds = [
    ['Error - Missing attribute Type 1 Required Element=<Rows> Module=<ImagePixel>', 'missing', 'Rows'],
    ['Error - Empty attribute (no value) Type 1 Required Element=<Rows> Module=<ImagePixel>', 'empty', 'Rows'],
    ["Error - Unrecognized enumerated value <X> for value 1 of attribute <Patient's Sex>", 'values', 'PatientSex'],
    ['Error - Value invalid for this VR - (0x0008,0x0020) DA Study Date DA [1] = <1>', 'value', 'StudyDate'],
    ['Error - something else', 'other', ''],
  ] as const;
  for (const [line, kind, keyword] of kinds) {
    const parsed = parseLine(line, names);
    assert.deepEqual([parsed?.kind, parsed?.keyword], [kind, keyword], line);
  }
  assert.equal(parseLine('Warning - nothing', names), undefined);
});
