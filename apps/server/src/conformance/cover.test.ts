// What the statement's cover and history say: of Concord, or of a product that is made with it, as the settings have it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateStatement, statementDocument } from '@concord/conformance';
import { implementation, verificationScp } from '@concord/network';
import { readConfiguration } from '../settings/read-configuration.ts';
import type { Configuration } from '../settings/settings.ts';
import { released, version } from '../version.ts';
import { systemDescription } from './describe-system.ts';

const entities = ({ aeTitle, dicomPort: port }: Configuration) => [
  { settings: { aeTitle, name: 'AE', services: [] }, port, implementation, services: [verificationScp] },
];

function made(profile: string, file: object = {}) {
  const argv = ['--profile', profile, '--config', 'site.json'];
  const configuration = readConfiguration(argv, {}, () => JSON.stringify(file));
  const described = systemDescription({ configuration, entities, ports: new Map() });
  const statement = generateStatement(described, { edition: 'as-configured' });
  assert.ok(statement.cover.state === 'described');
  const [product] = statement.cover.products;
  assert.ok(product);
  const { company, documentNumber, documentDate } = statement.cover;
  const { introduction, overview } = statement;
  const cover = [company, product.name, ...product.versions, documentNumber, documentDate];
  const history = introduction.revisions.map(({ version: of, date, author = '', changes }) =>
    [of, date, author, ...changes].join(' | '),
  );
  return {
    cover,
    history,
    overview: overview.description,
    text: JSON.stringify(statementDocument(statement)),
    statement,
  };
}

test('[QR-GEN-21] the archive goes by the names, number and history of its document, until an installation gives its own', () => {
  const asDocumented = made('query-retrieve-server');
  assert.deepEqual(asDocumented.cover, [
    ...['EXAMPLE-ARCHIVING-PRODUCTS', 'SAMPLE QUERY-RETRIEVE-SERVER', '1.0-rev. A.1', '4226-xxx-yyy-zzz rev 1'],
    '2007-08-30',
  ]);
  assert.deepEqual(asDocumented.history, [
    '1.1 | 2003-10-30 |  | Version for Final Text.',
    '1.2 | 2007-08-30 |  | Revised introduction.',
  ]);
  for (const word of ['EXAMPLE-ARCHIVING-PRODUCTS', '4226-xxx-yyy-zzz rev 1', 'Revised introduction.'])
    assert.ok(asDocumented.text.includes(word), word);
  assert.ok(asDocumented.text.includes(`is made with Concord ${version}`));
  const own = made('query-retrieve-server', {
    ...{ documentCompany: 'Clinic', documentProduct: 'Archive', documentVersion: '7', documentNumber: 'D-1' },
    documentRevisions: [{ version: '1', date: '2026-11-01', author: 'A. Vet', text: 'First.' }],
  });
  assert.deepEqual(own.cover, ['Clinic', 'Archive', '7', 'D-1', '2026-11-01']);
  assert.deepEqual(own.history, ['1 | 2026-11-01 | A. Vet | First.']);
});

test('[VW-STMT-01] cover, overview and history of the viewer are those of the configuration; without any they are those of Concord', () => {
  const file = {
    ...{ documentCompany: 'Clinic', documentProduct: 'Viewer', documentVersion: '1.0', documentNumber: 'V-9' },
    documentOverview: 'Shows images of animals.',
    documentRevisions: [
      { version: '1.0', date: '2026-05-01', author: 'A. Vet', text: 'First.' },
      { version: '1.1', date: '2026-06-01', text: 'Second.' },
    ],
  };
  const own = made('viewer', file);
  assert.deepEqual(own.cover, ['Clinic', 'Viewer', '1.0', 'V-9', '2026-06-01']);
  assert.equal(own.overview, 'Shows images of animals.');
  assert.deepEqual(own.history, ['1.0 | 2026-05-01 | A. Vet | First.', '1.1 | 2026-06-01 |  | Second.']);
  const plain = made('viewer');
  assert.deepEqual(plain.cover, [undefined, 'Concord', version, undefined, released]);
  assert.equal(plain.history.length, 1);
  assert.ok(!plain.text.includes('is made with Concord'));
});

test('[IC-GEN-02] the statement of the veterinary viewer says what it does not prove; analysis, plan and results stand in the documentation', () => {
  const { statement } = made('impromed-client');
  assert.match(statement.introduction.remarks, /DICOM by itself does not guarantee interoperability/);
  assert.match(
    statement.introduction.remarks,
    /only the first step: test procedures should be defined and carried out/,
  );
  const docs = new URL('../../../../docs/', import.meta.url);
  const page = readFileSync(new URL('interoperability-veterinary-viewer.md', docs), 'utf8');
  const parts = page.split(/^## /m).slice(1);
  assert.deepEqual(
    parts.map((part) => part.split(/[:\n]/)[0]),
    ['Analysis', 'Test plan', 'Results'],
  );
  for (const part of parts) assert.ok((part.match(/^\| [^-|]+ \|.*\|$/gm) ?? []).length > 5, part.slice(0, 40));
  assert.match(page, /do not prove that the two work\s+together/);
});

test('a history that cannot be is refused in words', () => {
  const right = { version: '1', date: '2026-11-01', text: 'First.' };
  for (const wrong of [{ date: '2026-02-30' }, { date: '1.1.2026' }, { text: '' }, { version: 7 }, { by: 'me' }])
    assert.throws(
      () => made('viewer', { documentRevisions: [{ ...right, ...wrong }] }),
      /documentRevisions.*entry 1/,
      JSON.stringify(wrong),
    );
});
