// `concord conformance compare` on files.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const system = (id: string, side: 'initiation' | 'acceptance', uid: string) =>
  JSON.stringify({
    id,
    networking: {
      applicationEntities: [
        {
          id: 'main',
          [side]: {
            activities: [
              {
                contexts: [
                  {
                    abstractSyntax: { uid },
                    transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }],
                    role: side === 'initiation' ? 'SCU' : 'SCP',
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  });

const files = {
  'scanner.json': system('Scanner', 'initiation', '1.2.840.10008.5.1.4.1.1.2'),
  'archive.json': system('Archive', 'acceptance', '1.2.840.10008.5.1.4.1.1.2'),
  'deaf.json': JSON.stringify({
    id: 'Deaf',
    networking: { applicationEntities: [{ id: 'main', acceptance: { state: 'not supported', reason: 'none' } }] },
  }),
  'broken.json': '{',
};

test('two statements, three statements, claims: exit codes and forms', async (context) => {
  const folder = folderWith(context, files);
  const compare = (...argv: string[]) =>
    concord(['conformance', 'compare', ...argv.map((each) => (each.endsWith('.json') ? join(folder, each) : each))]);
  const fine = await compare('scanner.json', 'archive.json');
  assert.equal(fine.code, 0);
  assert.match(fine.output.join('\n'), /Scanner starts, Archive answers: send images and other objects will work/);
  const deaf = await compare('scanner.json', 'deaf.json', '--format', 'json');
  assert.equal(deaf.code, 1);
  assert.equal(JSON.parse(deaf.output.join('')).directions[0].pairs[0].verdict, 'cannot');
  const needless = await compare('scanner.json', 'deaf.json', '--not-needed', 'send images');
  assert.equal(needless.code, 0, 'what nobody needs is no failure');
  const matrix = await compare(
    'scanner.json',
    'archive.json',
    'deaf.json',
    '--format',
    'html',
    '--to',
    join(folder, 'm.html'),
  );
  assert.equal(matrix.code, 1);
  assert.match(readFileSync(join(folder, 'm.html'), 'utf8'), /Who can work with whom/);
  assert.equal((await compare('archive.json', 'archive.json', '--claims')).code, 0);
  assert.equal((await compare('scanner.json', 'archive.json', '--claims')).code, 1);
});

test('wrong use and broken files are told in a line', async (context) => {
  const folder = folderWith(context, files);
  const scanner = join(folder, 'scanner.json');
  const broken = await concord(['conformance', 'compare', scanner, join(folder, 'broken.json')]);
  assert.deepEqual([broken.code, broken.notes.length], [2, 1]);
  assert.match(broken.notes[0] ?? '', /broken\.json is not JSON/);
  assert.match((await concord(['conformance', 'compare', scanner, '/none.json'])).notes[0] ?? '', /cannot be read/);
  assert.equal((await concord(['conformance', 'compare', scanner])).code, 2);
  assert.equal((await concord(['conformance', 'compare', scanner, scanner, scanner, '--claims'])).code, 2);
});
