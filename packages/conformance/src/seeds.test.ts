// The statements of the systems that Concord can take the place of: whole, and each fact with its line. docs/seeds
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isStorageSopClass } from '@concord/dicom';
import { documentText } from '../testing/import-facts.ts';
import { kindsOfItems, type SeedModel, seedGaps } from '../testing/seed-gaps.ts';
import type { Chapter } from '../testing/source-items.ts';
import { readView } from './compare/read-view.ts';
import { readStatement, StatementError } from './model/read-statement.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'docs/seeds');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

/** Chapters of the documents: none of their lines may be outside. */
const chapters: Readonly<Record<string, readonly [number, number]>> = {
  'query-retrieve-server': [15142, 18735],
  'echoes-server': [1, 376],
  'impromed-client': [1, 426],
  'impromed-worklist': [1, 346],
  reviewer: [1, 1245],
  viewer: [9883, 11843],
  'hanging-protocol-viewer': [18736, 20532],
  ris: [8068, 9882],
  modality: [3022, 8067],
  'print-server': [11844, 15141],
  'medication-gateway': [20533, 21714],
  conformance: [1, 3021],
};

/** What a JSON Pointer names. RFC 6901 */
const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce((inner: unknown, step) => (inner as Record<string, unknown> | undefined)?.[step], value);

/** Rows of the tables of a ledger that have a UID and a word in a column. */
function uidsOfLedger(name: string, cell: (cells: readonly string[]) => boolean): ReadonlySet<string> {
  const lines = readFileSync(join(root, 'docs/requirements', `${name}.md`), 'utf8').split('\n');
  const rows = lines.map((line) => line.split('|').map((each) => each.trim())).filter((cells) => cells.length > 4);
  return new Set(rows.filter(cell).flatMap((cells) => cells.find((each) => isStorageSopClass(each)) ?? []));
}

/** Storage classes of an entity, in a role. */
function storageOf(name: string, entity: string, role: 'scu' | 'scp'): readonly string[] {
  const statement = readStatement(read(`${name}.json`));
  assert.equal(statement.networking.state, 'described');
  const entities = statement.networking.state === 'described' ? statement.networking.applicationEntities : [];
  const rows = entities.find(({ id }) => id === entity)?.sopClasses ?? [];
  return rows.filter((row) => row[role] === 'Yes' && isStorageSopClass(row.uid)).map(({ uid }) => uid);
}

test('there is a statement for each of the twelve systems', () => {
  assert.deepEqual(files.map((name) => name.replace('.json', '')).sort(), Object.keys(chapters).sort());
});

for (const file of files)
  test(`${file} is a statement, and each of its facts names lines of its chapter`, () => {
    const statement = readStatement(read(file));
    const [first, last] = chapters[file.replace('.json', '')] ?? [0, 0];
    assert.deepEqual(readView(statement).faults, []);
    for (const { path, source } of statement.provenance) {
      assert.notEqual(at(statement, path), undefined, path);
      const lines = [...source.matchAll(/\d+/g)].map(Number);
      assert.ok(lines.length > 0 && lines.every((line) => line >= first && line <= last), `${path}: ${source}`);
    }
    const told = new Set(statement.provenance.map(({ path }) => path));
    const { networking } = statement;
    assert.equal(networking.state, 'described');
    if (networking.state !== 'described') return;
    networking.configuration.parameters.forEach((_, index) => {
      assert.ok(told.has(`/networking/configuration/parameters/${index}`), `parameter ${index}`);
    });
    networking.applicationEntities.forEach((entity, index) => {
      for (const side of ['initiation', 'acceptance'] as const) {
        const part = entity[side];
        if (part.state !== 'described') continue;
        part.activities.forEach((activity, n) => {
          const path = `/networking/applicationEntities/${index}/${side}/activities/${n}`;
          activity.contexts.forEach((_, context) => {
            assert.ok(told.has(`${path}/contexts/${context}`), `${path}/contexts/${context}`);
          });
          activity.sopConformance.forEach((each, m) => {
            each.keys.forEach((_, key) => {
              assert.ok(told.has(`${path}/sopConformance/${m}/keys/${key}`));
            });
            each.statuses.forEach((_, status) => {
              assert.ok(told.has(`${path}/sopConformance/${m}/statuses/${status}`));
            });
          });
        });
      }
    });
  });

test('the twelfth leaves open what the template leaves to each system, and has its table of parameters whole', () => {
  const statement = readStatement(read('conformance.json'));
  assert.ok(statement.networking.state === 'described');
  const { parameters } = statement.networking.configuration;
  assert.equal(parameters.filter(({ scope }) => scope === 'General').length, 6);
  for (const ae of ['cs-probe', 'cs-sink']) assert.equal(parameters.filter(({ scope }) => scope === ae).length, 7);
  assert.deepEqual(new Set(parameters.map((row) => row.default)), new Set(['not stated']));
});

test('storage classes are those of the ledgers', () => {
  const counts: readonly (readonly [string, string, 'scu' | 'scp', number, (cells: readonly string[]) => boolean])[] = [
    ['echoes-server', 'c-store-scp', 'scp', 84, (cells) => cells[4] === 'yes'],
    ['echoes-server', 'c-store-scu', 'scu', 63, (cells) => cells[5] === 'yes'],
    ['impromed-client', 'impromed-client', 'scp', 65, (cells) => cells[4] === 'SCU, SCP'],
    ['reviewer', 'storage-scp', 'scp', 66, (cells) => cells[4] === 'yes'],
    ['reviewer', 'storage-scu', 'scu', 58, (cells) => cells[5] === 'yes'],
    ['viewer', 'storage-scp', 'scp', 60, (cells) => /^\d+$/.test(cells[1] ?? '')],
    ['viewer', 'storage-scu', 'scu', 60, (cells) => /^\d+$/.test(cells[1] ?? '')],
  ];
  for (const [name, entity, role, count, cell] of counts) {
    const uids = storageOf(name, entity, role);
    assert.equal(uids.length, count, `${name} ${role}`);
    assert.deepEqual([...uids].sort(), [...uidsOfLedger(name, cell)].sort(), `${name} ${role}`);
  }
});

test('statuses, keys and limits are those of the tables', () => {
  const view = readView(readStatement(read('query-retrieve-server.json')));
  assert.equal(view.networking.state, 'described');
  const entities = view.networking.state === 'described' ? view.networking.value : [];
  const retrieve = entities.find(({ id }) => id === 'query-retrieve-scp');
  assert.equal(retrieve?.port, 5000);
  const offers = retrieve?.acceptance.state === 'described' ? retrieve.acceptance.value.activities[0]?.offers : [];
  const patientRoot = offers?.find(({ uid }) => uid === '1.2.840.10008.5.1.4.1.2.1.1')?.conformance[0];
  // 19 keys of table K1, and Specific Character Set at each of the four levels.
  assert.equal(patientRoot?.keys.length, 23);
  assert.deepEqual(
    patientRoot?.statuses.map(({ code }) => code),
    ['0000', 'A700', 'A900', 'C001', 'FE00', 'FF00', 'FF01'],
  );
  assert.equal(retrieve?.acceptance.state === 'described' && retrieve.acceptance.value.associations, 10);
});

test('a statement that lost a field or has a UID that nobody registered is refused', () => {
  const whole = JSON.parse(read('ris.json')) as Record<string, unknown>;
  assert.throws(() => readStatement(JSON.stringify({ ...whole, networking: undefined })), StatementError);
  const broken = read('ris.json').replaceAll('1.2.840.10008.5.1.4.31', '1.2.840.10008.5.1.4.31.99');
  assert.throws(() => readStatement(broken), StatementError);
});

/** The chapter of a document that a model file names; undefined where the documents are not here. */
function chapterOf(name: string): Chapter | undefined {
  const text = documentText(name);
  return text === undefined ? undefined : { first: chapters[name]?.[0] ?? 1, lines: text.split('\n') };
}
const absent = Object.keys(chapters).filter((name) => chapterOf(name) === undefined);
const skip = absent.length === 0 ? false : `test data: the documents of the seeds are not here (${absent.join(', ')})`;

/** Items that the rules find in the tables of each document: statuses, keys, lines of parameters, limits. */
const printed: Readonly<Record<string, readonly number[]>> = {
  'query-retrieve-server': [37, 54, 94, 4],
  'echoes-server': [0, 16, 3, 0],
  'impromed-client': [0, 31, 2, 0],
  'impromed-worklist': [0, 21, 4, 0],
  reviewer: [11, 12, 8, 6],
  viewer: [24, 63, 36, 5],
  'hanging-protocol-viewer': [24, 27, 36, 4],
  ris: [12, 33, 70, 1],
  modality: [54, 38, 75, 2],
  'print-server': [75, 0, 68, 3],
  'medication-gateway': [15, 32, 28, 4],
  conformance: [1, 0, 22, 0],
};

describe('against the tables of the documents', { skip }, () => {
  for (const name of Object.keys(chapters))
    test(`${name}: every class, syntax, status, key, parameter and limit that its tables print is in the model, and every citation holds what it is for`, () => {
      const chapter = chapterOf(name);
      assert.ok(chapter);
      assert.deepEqual(seedGaps(name, chapter, JSON.parse(read(`${name}.json`)) as SeedModel), []);
      const counts = Object.values(kindsOfItems).map(({ items }) => items(chapter, name).length);
      assert.deepEqual(counts, printed[name]);
    });

  test('what a model has lost, and a line that is another one, are found', () => {
    const name = 'query-retrieve-server';
    const chapter = chapterOf(name);
    assert.ok(chapter);
    const model = JSON.parse(read(`${name}.json`)) as SeedModel;
    const lines = { statuses: 16973, keys: 16713, parameters: 18278, associations: 16137 };
    for (const [kind, line] of Object.entries(lines)) {
      const isOne = ({ path, source }: SeedModel['provenance'][number]): boolean =>
        path.includes(`/${kind}`) && source.includes(String(line));
      assert.ok(model.provenance.some(isOne), kind);
      const without = { ...model, provenance: model.provenance.filter((each) => !isOne(each)) };
      assert.match(seedGaps(name, chapter, without).join(), /is in no fact/, kind);
      const provenance = model.provenance.map((each) => (isOne(each) ? { ...each, source: 'lines 15300' } : each));
      assert.match(seedGaps(name, chapter, { ...model, provenance }).join(), /is not in its lines 15300/, kind);
    }
    for (const uid of ['1.2.840.10008.5.1.4.1.1.5', '1.2.840.10008.5.1.4.1.2.3.2', '1.2.840.10008.1.2.1']) {
      const other = JSON.parse(JSON.stringify(model).replaceAll(`"${uid}"`, '"1.2.3"')) as SeedModel;
      assert.match(seedGaps(name, chapter, other).join(), new RegExp(`: ${uid} is nowhere`));
    }
  });
});
