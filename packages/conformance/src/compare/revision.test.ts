// What the revision history says of two statements: each kind of difference has its line, and nothing is told twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeStatement } from '../../testing/complete-statement.ts';
import { asStatement } from '../model/read-statement.ts';
import { revisionChanges } from './revision.ts';

const whole = () => asStatement(completeStatement());

/** The lines for a copy in which `change` was made. */
function linesFor(change: (statement: ReturnType<typeof whole>) => void): readonly string[] {
  const after = whole();
  change(after);
  return revisionChanges(whole(), after);
}

const networkingOf = (statement: ReturnType<typeof whole>) => {
  assert.ok(statement.networking.state === 'described');
  return statement.networking;
};

test('the same statement twice has no lines', () => {
  assert.deepEqual(revisionChanges(whole(), whole()), []);
});

test('roles, parameters, titles, versions, statuses and security differ in a line each', () => {
  const lines = linesFor((statement) => {
    const { applicationEntities, configuration } = networkingOf(statement);
    const [row] = applicationEntities[0]?.sopClasses ?? [];
    assert.ok(row);
    row.scu = row.scu === 'Yes' ? 'No' : 'Yes';
    const [parameter] = configuration.parameters;
    assert.ok(parameter);
    parameter.default = '4711';
    assert.ok(statement.cover.state === 'described' && statement.security.state === 'described');
    statement.cover.products[0]?.versions.splice(0, 1, '2');
    statement.security.associationLevel = 'Nobody is let in.';
  });
  assert.equal(lines.length, 4, lines.join('\n'));
  const text = lines.join('\n');
  assert.match(text, /Changed: product Example: 2 instead of 1\./);
  assert.match(text, /Changed: SOP Class .* instead of .*SC[UP], /);
  assert.match(text, /Changed: parameter .*: 4711.* instead of /);
  assert.match(text, /Changed: security, association level: Nobody is let in\. instead of /);
});

test('what belongs to a class that went is not told beside it; the other way round it came', () => {
  const [gone] = networkingOf(whole()).applicationEntities[0]?.sopClasses ?? [];
  assert.ok(gone);
  const without = whole();
  for (const entity of networkingOf(without).applicationEntities)
    for (const each of [entity.initiation, entity.acceptance])
      if (each.state === 'described')
        for (const activity of each.activities) {
          activity.contexts = activity.contexts.filter(({ abstractSyntax }) => abstractSyntax.uid !== gone.uid);
          for (const conformance of activity.sopConformance)
            conformance.sopClasses = conformance.sopClasses.filter((uid) => uid !== gone.uid);
          activity.sopConformance = activity.sopConformance.filter(({ sopClasses }) => sopClasses.length > 0);
        }
  for (const entity of networkingOf(without).applicationEntities)
    entity.sopClasses = entity.sopClasses.filter(({ uid }) => uid !== gone.uid);
  const removed = revisionChanges(whole(), without);
  assert.ok(
    removed.every((line) => line.startsWith(`Removed: SOP Class ${gone.name} (${gone.uid}) of `)),
    removed.join('\n'),
  );
  assert.ok(removed.length > 0);
  assert.deepEqual(
    revisionChanges(without, whole()),
    removed.map((line) => line.replace('Removed', 'Added')),
  );
});

test('a transfer syntax and a status that a class has besides', () => {
  const lines = linesFor((statement) => {
    const [entity] = networkingOf(statement).applicationEntities;
    assert.ok(entity?.acceptance.state === 'described');
    const [activity] = entity.acceptance.activities;
    activity?.contexts[0]?.transferSyntaxes.push({ name: 'RLE Lossless', uid: '1.2.840.10008.1.2.5' });
    activity?.sopConformance[0]?.statuses.push({
      status: 'Failure',
      meaning: 'too late',
      code: 'C123',
      behavior: 'It is late.',
    });
  });
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[0] ?? '', /^Changed: transfer syntaxes of .*: now also RLE Lossless\.$/);
  assert.match(lines[1] ?? '', /^Added: status C123 \(too late\) of /);
});

test('a status of a class that stands in no table of its entity has its line as well', () => {
  const unlisted = () => {
    const statement = whole();
    const [entity] = networkingOf(statement).applicationEntities;
    assert.ok(entity?.acceptance.state === 'described');
    const [conformance] = entity.acceptance.activities[0]?.sopConformance ?? [];
    assert.ok(conformance);
    conformance.sopClasses = ['1.2.840.10008.4.2'];
    return { statement, conformance };
  };
  const { statement: after, conformance } = unlisted();
  conformance.statuses.push({ status: 'Failure', meaning: 'too late', code: 'C123', behavior: 'It is late.' });
  const lines = revisionChanges(unlisted().statement, after);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', /^Added: status C123 /);
});
