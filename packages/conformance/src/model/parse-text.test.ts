// Statements as JSON and as YAML, and texts that are neither or too much.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { completeStatement } from '../../testing/complete-statement.ts';
import { validate } from '../validate/validate.ts';
import { maximumCharacters, parseStatementText } from './parse-text.ts';
import { StatementError } from './read-statement.ts';

test('[CS-MODEL-11] a statement is the same as JSON and as YAML', () => {
  const statement = completeStatement();
  for (const text of [JSON.stringify(statement), `\uFEFF${JSON.stringify(statement, null, 2)}`, stringify(statement)])
    assert.deepEqual(parseStatementText(text), statement);
  assert.deepEqual(validate(parseStatementText(stringify(statement))).findings, []);
});

test('what is neither, too long or too deep is refused with a reason', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
    { length: 12 },
    (_, index) =>
      `b${index}: &b${index} [${Array(9)
        .fill(index === 0 ? '*a' : `*b${index - 1}`)
        .join(',')}]`,
  ).join('\n')}`;
  const bad = {
    '{"a": ': /not JSON/,
    'a: [1': /neither JSON nor YAML/,
    'a: "': /neither JSON nor YAML/,
    [bomb]: /alias/i,
    [`a: ${'['.repeat(50_000)}`]: /too deep/,
  };
  for (const [text, message] of Object.entries(bad))
    assert.throws(
      () => parseStatementText(text),
      (error) => error instanceof StatementError && message.test(error.message),
      text.slice(0, 30),
    );
  assert.throws(() => parseStatementText(' '.repeat(maximumCharacters + 1)), /longer than/);
});

test('JSON that is nested deep gives findings', () => {
  const deep = parseStatementText(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  assert.ok(validate(deep).findings.some(({ message }) => /deeper/.test(message)));
});
