// Reading the ledgers, and what counts as proof.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Result, root } from '../test-run/result.ts';
import { idsOf, readLedgers } from './ledger.ts';
import { idsInTitle, trace } from './proof.ts';

const ledgers = readLedgers(join(root, 'docs/requirements'));

/** Counted with a plain text search when the ledgers were written. */
const rows = {
  conformance: 450,
  'echoes-server': 46,
  'hanging-protocol-viewer': 121,
  'impromed-client': 47,
  'impromed-worklist': 32,
  'medication-gateway': 75,
  modality: 231,
  'print-server': 247,
  'query-retrieve-server': 295,
  reviewer: 149,
  ris: 117,
  viewer: 124,
};

describe('the ledgers of the repository', () => {
  test('every row of every table layout is found', () => {
    assert.deepEqual(Object.fromEntries(ledgers.map(({ name, ids }) => [name, ids.length])), rows);
  });

  test('no identifier stands in two rows', () => {
    const all = ledgers.flatMap(({ ids }) => ids);
    assert.deepEqual(
      all.filter((id, at) => all.indexOf(id) !== at),
      [],
    );
  });

  test('the first and last row of a table with more columns are there', () => {
    const ids = ledgers.find(({ name }) => name === 'query-retrieve-server')?.ids ?? [];
    for (const id of ['QR-FIND-06', 'QR-STO-12', 'QR-SEC-05']) assert.ok(ids.includes(id), id);
  });
});

test('only first cells are rows: a mention elsewhere is none', () => {
  const markdown =
    '| ID | Requirement |\n|---|---|\n| `AB-X-01` | see AB-X-02 |\n| text | AB-X-03 |\n| **AB-X-04a** | |\n';
  assert.deepEqual(idsOf(markdown), ['AB-X-01', 'AB-X-04a']);
});

test('titles name requirements in brackets, one or several', () => {
  assert.deepEqual(idsInTitle('[AB-X-01] and [AB-X-02, AB-X-03] but not AB-X-04 or [A-ASSOCIATE-RQ]'), [
    'AB-X-01',
    'AB-X-02',
    'AB-X-03',
  ]);
});

describe('what counts as proof', () => {
  const result = (title: string, outcome: Result['outcome']): Result => ({
    file: 'x.test.ts',
    titles: ['suite', title],
    outcome,
    text: '',
    milliseconds: 1,
  });
  const ledger = [{ name: 'ab', ids: ['AB-X-01', 'AB-X-02', 'AB-X-03', 'AB-X-04'] }];

  test('a passing test proves; a failing one beside it takes the proof away; a skipped one proves nothing', () => {
    const [proof] = trace(ledger, [
      result('[AB-X-01] holds', 'passed'),
      result('[AB-X-02] holds', 'passed'),
      result('[AB-X-02] holds again', 'failed'),
      result('[AB-X-03] was not run', 'skipped'),
    ]).ledgers;
    assert.deepEqual([proof?.proven, proof?.failing], [['AB-X-01'], ['AB-X-02']]);
  });

  test('an identifier that stands in no ledger is told with its test', () => {
    const { unknown } = trace(ledger, [result('[AB-X-99] invented', 'passed')]);
    assert.deepEqual(
      unknown.map(({ id, file }) => [id, file]),
      [['AB-X-99', 'x.test.ts']],
    );
  });
});
