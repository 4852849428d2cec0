// What an entity's policy changes of the declarations of queries and moves, and what a failed search is answered.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DatabaseError } from '../database/database.ts';
import { ArchiveError } from './archive.ts';
import { move, query } from './declaration.ts';
import { queryUnder, retrieveUnder } from './declared-policy.ts';
import { searchFailure } from './query-policy.ts';

const codesOf = ({ operations }: ReturnType<typeof queryUnder>, operation: 'C-FIND' | 'C-MOVE') =>
  Object.keys(operations[operation]?.statuses ?? {}).map((code) => Number(code).toString(16));

describe('[CS-GEN-10] the declaration of an entity says what its policy does', () => {
  test('C001 is a status only where open queries are refused', () => {
    assert.ok(codesOf(queryUnder(query, { openQueries: 'refuse' }), 'C-FIND').includes('c001'));
    assert.ok(!codesOf(queryUnder(query, {}), 'C-FIND').includes('c001'));
    assert.match(queryUnder(query, { openQueries: 'refuse' }).text?.description ?? '', /is refused\.$/);
  });

  test('a key that is never matched is still answered; names and tags both name it, an unknown one changes nothing', () => {
    const { keys = [] } = queryUnder(query, { neverMatched: ['OperatorsName', '(0010,1000)', 'NoSuchKeyword'] });
    const silentOf = (keys: typeof query.keys) =>
      new Set(keys.filter(({ matched }) => matched === false).map(({ keyword }) => keyword));
    const silent = [...silentOf(keys)];
    for (const keyword of ['OperatorsName', 'OtherPatientIDs', 'SpecificCharacterSet', 'TimezoneOffsetFromUTC'])
      assert.ok(
        silent.some((each) => each === keyword),
        keyword,
      );
    assert.equal(keys.length, query.keys.length);
    assert.equal(silent.length, silentOf(query.keys).size + 2);
  });

  test('partial failure has one status, and sending stops or goes on', () => {
    const strict = retrieveUnder(move, 'C-MOVE', {
      afterFailure: 'stop',
      partlyFailed: 'A702',
      withoutRequester: 'continue',
    });
    assert.ok(!codesOf(strict, 'C-MOVE').includes('b000'));
    assert.match(strict.text?.description ?? '', /nothing more is sent\. When the association .* sending goes on\.$/);
    const usual = retrieveUnder(move, 'C-MOVE', {});
    assert.ok(codesOf(usual, 'C-MOVE').includes('b000'));
    assert.match(usual.operations['C-MOVE']?.statuses[0xa702] ?? '', /^all /);
  });
});

test('a search that lacked room or its turn is A700, any other failure C002', () => {
  const of = (cause?: unknown) => searchFailure(new ArchiveError('index-failed', '', cause)).code;
  assert.equal(of(new DatabaseError('full')), 0xa700);
  assert.equal(of(new DatabaseError('busy')), 0xa700);
  assert.equal(of(new DatabaseError('failed')), 0xc002);
  assert.equal(of(new Error('full')), 0xc002);
  assert.equal(of(), 0xc002);
});
