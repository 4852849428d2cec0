// Waivers and attestations: what people may decide, and what they may not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { judged, judgementSchema } from './judgement.ts';
import { validate } from './validate.ts';
import { validationDocument, validationText } from './validation-report.ts';

const person = { author: 'A. Person', date: '2026-11-21' };
const broken = changed(completeStatement(), {
  '/networking/implementationNotes': undefined,
  '/networking/interfaces/protocols': ['serial'],
});
const waiver = (rule: string) => ({ rule, reason: 'Known.', ...person });

test('[CS-VAL-07] a warning can be waived with reason, author and date; an error cannot', () => {
  const result = judged(
    validate(broken),
    judgementSchema.parse({ waivers: [waiver('CS-V6-09'), waiver('CS-V71-09')] }),
  );
  assert.deepEqual(
    result.waived.map(({ finding }) => finding.rule),
    ['CS-V6-09'],
  );
  assert.ok(result.findings.some(({ rule }) => rule === 'CS-V71-09'));
  assert.deepEqual(
    result.refused.map(({ rule }) => rule),
    ['CS-V71-09'],
  );
  const text = validationText(result);
  assert.match(text, /waived CS-V6-09 .*Known\. \(A\. Person, 2026-11-21\)/);
  assert.match(text, /not waived CS-V71-09/);
  assert.match(text, /network withdrawn, media stands/);
  assert.ok(!judgementSchema.safeParse({ waivers: [{ rule: 'CS-V6-09', reason: '' }] }).success);
});

test('an open rule is closed by an attestation, or broken by one', () => {
  const decision = (holds: boolean) => ({ rule: 'CS-V73-05', holds, how: 'Looked at.', ...person });
  const closed = judged(validate(completeStatement()), judgementSchema.parse({ decisions: [decision(true)] }));
  assert.ok(!closed.open.some(({ id }) => id === 'CS-V73-05'));
  assert.deepEqual(closed.findings, []);
  const against = judged(validate(completeStatement()), judgementSchema.parse({ decisions: [decision(false)] }));
  assert.deepEqual(
    against.findings.map(({ rule, level }) => [rule, level]),
    [['CS-V73-05', 'E']],
  );
});

test('[CS-SCOPE-05] a report certifies nothing, and says so', () => {
  const document = validationDocument('Example', judged(validate(broken), { waivers: [], decisions: [] }));
  const words = JSON.stringify(document);
  assert.match(words, /certifies nothing/);
  assert.doesNotMatch(words, /certified|validated by DICOM/i);
});
