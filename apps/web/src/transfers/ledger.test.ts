// The transfer ledger as pages read it: counts with and without an expectation, odd answers, addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, proofAddress, readLedger } from './ledger.ts';

test('counts name the expectation only where there is one', () => {
  const { study, series, missing, sent } = readLedger({
    studyInstanceUid: '1.2',
    study: { received: 179, expected: 180, state: 'incomplete' },
    series: [{ received: 179, gaps: [17, 'x'] }, 7],
    missing: [{ sopInstanceUid: '1.2.3' }],
    sent: [{ destination: 'PACS', sent: 179 }],
  });
  assert.equal(counted(study), '179 of 180');
  assert.deepEqual(series.map(counted), ['179']);
  assert.deepEqual(series[0]?.gaps, [17]);
  assert.deepEqual(
    missing.map(({ sopInstanceUid }) => sopInstanceUid),
    ['1.2.3'],
  );
  assert.equal(sent[0]?.committed, 0);
});

test('an answer without anything is a ledger without anything', () => {
  const ledger = readLedger(undefined);
  assert.deepEqual([ledger.studyInstanceUid, ledger.series, ledger.study.received], ['', [], 0]);
  assert.equal(ledger.study.state, 'arriving');
});

test('a UID with markup stays a part of the address', () => {
  assert.equal(proofAddress('1/2?x', 'csv'), '/api/transfers/studies/1%2F2%3Fx/proof?format=csv');
});
