// Comparisons, matrices and claims as documents, and which claims are not met.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operation, system } from '../../testing/systems.ts';
import { tablesOf } from '../render/csv.ts';
import { renderDocBook } from '../render/docbook.ts';
import { renderHtml } from '../render/html.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { unmetClaims } from './claims.ts';
import { claimsDocument } from './claims-document.ts';
import { compareStatements } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import { compareAll, matrixDocument, mostSystems } from './matrix.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const mr = '1.2.840.10008.5.1.4.1.1.4';
const explicit = '1.2.840.10008.1.2.1';
const success = { status: 'Success', code: '0000', meaning: 'Stored', behavior: 'Done.' };
const storing = (statuses: readonly object[], ...uids: string[]) => operation('C-STORE', 'SCP', uids, { statuses });

const scanner = system({ name: 'Scanner', initiates: [{ name: 'Send', offers: [{ uid: ct }, { uid: mr }] }] });
const archive = system({ name: 'Archive <1>', accepts: [{ name: 'Keep', offers: [{ uid: ct }] }] });

describe('a comparison as a document', () => {
  const comparison = compareStatements(scanner, archive);
  const document = comparisonDocument(comparison);

  test('[CS-CMP-30] the first section says in plain words what will work, with the reservations', () => {
    const [summary] = document.sections;
    const list = summary?.blocks.find(({ kind }) => kind === 'list');
    assert.ok(list?.kind === 'list');
    assert.match(list.items[0] ?? '', /^Scanner 1\.0 starts, Archive <1> 1\.0 answers: send images/);
    assert.doesNotMatch(list.items.join(' '), /SOP|SCU|SCP|UID/);
    assert.match(renderMarkdown(document), /only the first step.*does not guarantee interoperability/s);
  });

  test('[CS-SCOPE-05] no output certifies anything', () => {
    for (const text of [renderHtml(document), renderMarkdown(document), renderDocBook(document)])
      assert.doesNotMatch(text, /certified|validated by DICOM/i);
  });

  test('every verdict is there as a word and a sign, and every reason with both sections', () => {
    const tables = [...tablesOf(document)].find(({ anchor }) => anchor === 'direction-1-sop-classes');
    const rows = (tables?.rows ?? []).flatMap((row) => ('heading' in row ? [] : [row]));
    assert.deepEqual(
      rows.map(([classes, , , verdict]) => [classes, verdict]),
      [
        ['CT Image Storage', '✓ can'],
        ['MR Image Storage', '✗ cannot'],
      ],
    );
    assert.match(rows[1]?.[5] ?? '', /cannot: .*result 3.*\[initiator A\.4\.2\.1\.3\.1\]/);
  });

  test('names of systems are text in every rendering', () => {
    assert.match(renderHtml(document), /Archive &lt;1&gt;/);
    assert.doesNotMatch(renderHtml(document), /Archive <1>/);
  });
});

test('[CS-CMP-01] several systems as a matrix, each direction of each pair', () => {
  const matrix = compareAll([scanner, archive, {}]);
  assert.deepEqual(matrix.systems, ['Scanner 1.0', 'Archive <1> 1.0', 'unnamed system']);
  assert.equal(matrix.cells.length, 6);
  const cell = matrix.cells.find((each) => each.initiator === 'Scanner 1.0' && each.acceptor === 'Archive <1> 1.0');
  assert.deepEqual(cell?.counts, { can: 1, 'can with limits': 0, unknown: 0, cannot: 1 });
  const [table] = tablesOf(matrixDocument(matrix));
  assert.equal(table?.columns.length, 4);
  assert.equal(compareAll(Array.from({ length: mostSystems + 5 }, () => ({}))).comparisons.length, 190);
});

describe('claims', () => {
  const warning = { status: 'Warning', code: 'B007', meaning: 'Does not match', behavior: 'Stored.' };
  const claimed = system({
    name: 'Old',
    accepts: [
      {
        offers: [{ uid: ct, syntaxes: ['1.2.840.10008.1.2', explicit] }, { uid: mr }],
        conformance: [storing([success, warning], ct, mr)],
      },
    ],
    associations: { acceptor: 10 },
    rest: {
      characterSets: {
        state: 'described',
        supported: [{ definedTerm: 'ISO_IR 100', services: ['Storage'], direction: 'both' }],
      },
    },
  });

  test('everything that is claimed and not met is listed with its place; with itself nothing is', () => {
    const underTest = system({
      name: 'Old',
      accepts: [{ offers: [{ uid: ct }], conformance: [storing([success], ct)] }],
      associations: { acceptor: 5 },
    });
    const { unmet, claims } = unmetClaims(underTest, claimed);
    assert.deepEqual(
      unmet.map(({ kind, text }) => `${kind}: ${text}`),
      [
        'transfer syntax: CT Image Storage is not accepted in Explicit VR Little Endian.',
        'status: CT Image Storage, C-STORE: no status B007 (Does not match).',
        'context: MR Image Storage is not accepted.',
        'limit: Old AE: 10 associations at a time are claimed, 5 are accepted.',
        'character set: ISO_IR 100 is not supported.',
      ],
    );
    assert.ok(claims > unmet.length);
    assert.ok(unmet.every(({ path, section }) => path.startsWith('/') && section.startsWith('A.')));
    assert.deepEqual(unmetClaims(claimed, claimed).unmet, []);
  });

  test('what the claiming statement leaves open is no claim; a broken one claims nothing', () => {
    for (const nothing of [undefined, {}, [], 'x', { networking: { state: 'unknown' } }])
      assert.deepEqual(unmetClaims(claimed, nothing).unmet, []);
    assert.ok(unmetClaims({}, claimed).unmet.length > 0);
  });

  test('the report says how many are met', () => {
    assert.match(renderMarkdown(claimsDocument(unmetClaims(claimed, claimed))), /(\d+) of \1 claims are met/);
  });
});
