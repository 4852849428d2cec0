// Each rule with a change that breaks it; the base keeps them all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallStatement } from '../../testing/statement.ts';
import { rules, validate } from './validate.ts';

type Base = ReturnType<typeof smallStatement>;
const entity = (base: Base) => base.networking.applicationEntities[0]!;
const context = (base: Base) => entity(base).acceptance.activities[0]!.contexts[0]!;

const set = (target: object, name: string, value: unknown): void => {
  Reflect.set(target, name, value);
};
const remove = (target: object, name: string): void => {
  Reflect.deleteProperty(target, name);
};

const breaks: Readonly<Record<string, (base: Base) => void>> = {
  'CS-MODEL-03': (base) => set(entity(base), 'applicationContext', '1.02'),
  'CS-V71-01': (base) => set(base.claim, 'network', false),
  'CS-V71-04': (base) => set(entity(base).sopClasses[0]!, 'type', 'private'),
  'CS-V71-06': (base) => set(context(base), 'role', 'SCU'),
  'CS-V71-07': (base) => set(context(base).transferSyntaxes[0]!, 'uid', '1.2.840.10008.1.2.1'),
  'CS-V71-09': (base) => set(base.networking.interfaces, 'protocols', ['serial line']),
  'CS-VX-03': (base) => remove(base.introduction, 'audience'),
  'CS-VX-15': (base) => void context(base).transferSyntaxes.push(context(base).transferSyntaxes[0]!),
  'CS-VX-17': (base) => remove(base.networking.configuration.localTitles[0]!, 'defaultPort'),
};

test('the base statement keeps every rule', () => assert.deepEqual(validate(smallStatement()).findings, []));

/** Requirements that the one example proves whole; of the others it proves a part. */
const whole = ['CS-V71-01', 'CS-V71-09'];

for (const [id, change] of Object.entries(breaks))
  test(`${whole.includes(id) ? `[${id}]` : id} is found where it is broken, and alone`, () => {
    const base = smallStatement();
    change(base);
    const { findings } = validate(base);
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], [id]);
    assert.ok(findings.every(({ path, message, section }) => path.startsWith('/') && message && section));
  });

test('every rule with a check has an example that breaks it', () => {
  const checked = rules().filter(({ check }) => check);
  assert.deepEqual(
    checked.map(({ id }) => id).filter((id) => !(id in breaks)),
    [],
  );
});

test('what the statement cannot decide stays open', () =>
  assert.deepEqual(
    validate(smallStatement()).open.map(({ id }) => id),
    ['CS-V71-05', 'CS-V71-08', 'CS-VX-30'],
  ));

test('three faults give three findings, also beside a section that cannot be read', () => {
  const base = smallStatement();
  for (const id of ['CS-V71-06', 'CS-V71-09', 'CS-VX-03']) breaks[id]?.(base);
  assert.deepEqual(
    new Set(validate(base).findings.map(({ rule }) => rule)),
    new Set(['CS-V71-06', 'CS-V71-09', 'CS-VX-03']),
  );
});

test('what is no statement gives findings, never a crash', () => {
  for (const value of [undefined, null, 1, 'x', [], {}, { networking: { state: 'described' } }])
    assert.ok(validate(value).findings.some(({ level }) => level === 'E'));
});
