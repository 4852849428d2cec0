// Records of associations in words: what was done, what was refused, what failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure, readAssociation, summary, verdict } from './association-record.ts';

const record = {
  id: 'a',
  callingAeTitle: 'CT1',
  calledAeTitle: 'CONCORD',
  address: '10.0.0.1',
  startedAt: 0,
  milliseconds: 2500,
  bytesReceived: 5_000_000,
  bytesSent: 900,
  contexts: [
    { id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', offeredTransferSyntaxes: ['1.2.840.10008.1.2'], result: 0 },
  ],
  operations: [],
  counts: { 'C-STORE 0000H': 127, 'C-STORE B000H': 1 },
  end: { kind: 'released', detail: '' },
};

test('an association that went well says what was done', () => {
  const association = readAssociation(record);
  assert.equal(summary(association), 'stored 128 objects, 5.0 MB in 2.5 s');
  assert.equal(verdict(association), 'good');
});

test('a refused context asks for attention even where everything that was sent was stored', () => {
  const refused = { id: 3, abstractSyntax: '1.2.3', result: 3, reason: 'not supported', remedy: 'turn it on' };
  const association = readAssociation({ ...record, contexts: [...record.contexts, refused] });
  assert.equal(verdict(association), 'attention');
  assert.equal(association.contexts[1]?.remedy, 'turn it on');
});

test('a failure is counted apart and listed with its comment', () => {
  const association = readAssociation({
    ...record,
    counts: { 'C-STORE 0000H': 1, 'C-STORE A900H': 2 },
    operations: [
      { operation: 'C-STORE', status: 0xa900, comment: 'UIDs differ' },
      { operation: 'C-STORE', status: 0 },
    ],
  });
  assert.match(summary(association), /stored 1 object, 2 × C-STORE failed \(A900H\)/);
  assert.deepEqual(
    association.faults.map(({ comment }) => comment),
    ['UIDs differ'],
  );
  assert.equal(verdict(association), 'bad');
});

test('a rejected association says why', () => {
  const end = { kind: 'rejected', detail: 'called AE title not recognized', remedy: 'correct it' };
  const association = readAssociation({ ...record, contexts: [], counts: {}, end });
  assert.equal(summary(association), 'was turned away: called AE title not recognized');
  assert.equal(verdict(association), 'bad');
});

test('statuses fall into their classes, and a record of nothing is none to fall over', () => {
  assert.deepEqual(['0000H', 'B007H', 'FF00H', 'FE00H', '0107H'].filter(isFailure), []);
  assert.deepEqual(
    ['A700H', 'C000H', '0110H', '0122H'].filter((status) => !isFailure(status)),
    [],
  );
  for (const wrong of [{}, { contexts: 'x', counts: [], operations: [null], end: null }])
    assert.match(summary(readAssociation(wrong)), /^did nothing/);
});
