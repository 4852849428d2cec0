// Every rule with changes of one statement that break it, and others that do not; and what is no statement at all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { allowedUses, examples } from '../../testing/rule-examples.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { rules, validate, validateMarkdown } from './validate.ts';

const brokenBy = (value: unknown): string[] => [...new Set(validate(value).findings.map(({ rule }) => rule))];

test('the complete statement keeps every rule', () => assert.deepEqual(validate(completeStatement()).findings, []));

describe('what the statement decides', () => {
  for (const { id, check, follow, level } of rules()) {
    if (!check && !follow) continue;
    if (id === 'CS-VX-01') continue;
    test(`${id.startsWith('CS-V') ? `[${id}]` : id} is found where it is broken, and not where it is kept`, () => {
      const { bad = [], good = [] } = examples[id] ?? {};
      assert.ok(bad.length > 0, 'an example that breaks the rule');
      for (const change of bad) {
        const found = validate(changed(completeStatement(), change)).findings.filter(({ rule }) => rule === id);
        assert.ok(found.length > 0, `not found: ${JSON.stringify(change)}`);
        for (const finding of found) {
          assert.ok(finding.message && finding.remedy && finding.section);
          assert.ok(level === 'I' || ['E', 'W'].includes(finding.level));
        }
      }
      for (const change of good)
        assert.ok(!brokenBy(changed(completeStatement(), change)).includes(id), `found: ${JSON.stringify(change)}`);
    });
  }
});

describe('what is left to others', () => {
  for (const { id, check, follow, permits, decided } of rules())
    if (!check && !follow && !permits)
      test(`${id} is open until ${decided.join(' and ')} decides it`, () =>
        assert.ok(validate(completeStatement()).open.some((rule) => rule.id === id)));
});

for (const { id, permits } of rules())
  if (permits)
    test(`[${id}] is allowed, and nothing is said against it`, () => {
      const change = allowedUses[id];
      assert.ok(change);
      const errors = validate(changed(completeStatement(), change)).findings.filter(({ level }) => level === 'E');
      assert.deepEqual(errors, []);
    });

const markdown = () => renderMarkdown(statementDocument(asStatement(completeStatement())));

test('[CS-VX-01] a column that is renamed in a printed statement is found; one that is added is not', () => {
  const rulesOf = (text: string) => validateMarkdown(text).findings.map(({ rule }) => rule);
  assert.deepEqual(rulesOf(markdown()), []);
  assert.ok(rulesOf(markdown().replace('| Service Status |', '| State |')).includes('CS-VX-01'));
  assert.ok(rulesOf(markdown().replace('Table A.4.4-1 ', 'Table A.4.4-9 ')).includes('CS-VX-01'));
});

test('[CS-RND-03] a section more is no fault; one less, or in another place, is', () => {
  const rulesOf = (text: string) => validateMarkdown(text).findings.map(({ rule }) => rule);
  assert.deepEqual(rulesOf(markdown().replace('## 4.1 ', '## 4.0 More words\n\nTold.\n\n## 4.1 ')), []);
  assert.ok(rulesOf(markdown().replace('# 7 Security', '# Security')).includes('CS-V71-03'));
  assert.ok(
    rulesOf(
      markdown().replace('# 7 Security', '# 6x').replace('## 3.2 Audience', '# 7 Security\n\n## 3.2 Audience'),
    ).includes('CS-V71-03'),
  );
});

test('[CS-VAL-01] every rule of the ledger is there, and a finding says rule, level, place, value, reason and section', () => {
  const groups = {
    'CS-V6': 14,
    'CS-V71': 10,
    'CS-V72': 14,
    'CS-V73': 27,
    'CS-V74': 19,
    'CS-V75': 2,
    'CS-V76': 4,
    'CS-VX': 35,
  };
  const ids = rules().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [group, count] of Object.entries(groups))
    assert.equal(ids.filter((id) => id.startsWith(`${group}-`)).length, count, group);
  const [finding] = validate(changed(completeStatement(), { '/security/profiles/0/selection': '' })).findings;
  assert.deepEqual(finding?.path, '/security/profiles/0/selection');
});

test('[CS-VAL-02] every rule that is checked has an example that breaks it', () =>
  assert.deepEqual(
    rules()
      .filter(({ id, check, follow }) => (check || follow) && id !== 'CS-VX-01')
      .map(({ id }) => id)
      .filter((id) => (examples[id]?.bad.length ?? 0) === 0),
    [],
  ));

test('[CS-VAL-03] what the statement cannot decide stays open, and says what would decide it', () => {
  const { open } = validate({ edition: 'imported', claim: { network: true, media: true } });
  assert.ok(open.length > 0);
  for (const rule of open) assert.ok(rule.remedy);
});

test('[CS-VAL-04] a broken rule of media withdraws the media claim, and leaves the network claim', () => {
  const media = validate(changed(completeStatement(), { '/media/entities/0/profiles/0/medium': 'tape' }));
  assert.deepEqual(media.claims, { network: 'stands', media: 'withdrawn' });
  const network = validate(changed(completeStatement(), { '/networking/interfaces/protocols': ['serial'] }));
  assert.deepEqual(network.claims, { network: 'withdrawn', media: 'stands' });
});

test('[CS-VAL-05] three faults give three findings, in the order of the template', () => {
  const broken = changed(completeStatement(), {
    '/annexes/codedTerminology': undefined,
    '/introduction/revisions': [],
    '/networking/interfaces/protocols': ['serial'],
  });
  const sections = validate(broken).findings.map(({ path }) => path.split('/')[1]);
  assert.deepEqual([...new Set(sections)], ['claim', 'introduction', 'networking', 'annexes']);
});

test('[CS-SCOPE-06] one SOP Class is enough, and how many entities there are is nobody’s business', () => {
  const one = changed(completeStatement(), {
    '/overview/networkServices/1': undefined,
    '/networking/applicationEntities/0/sopClasses/2': undefined,
    '/networking/applicationEntities/0/initiation/activities/0/contexts/0': undefined,
    '/networking/applicationEntities/0/initiation/activities/0/sopConformance/0/sopClasses': [
      '1.2.840.10008.5.1.4.1.1.2',
    ],
  });
  assert.deepEqual(validate(one).findings, []);
});

test('what is no statement gives findings, never a crash', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const odd = [undefined, null, 1, 'x', [], {}, { networking: { state: 'described' } }, deep, { networking: deep }];
  for (const value of odd) assert.ok(validate(value).findings.some(({ level }) => level === 'E'));
});

test('a part of a statement may be of any type', () => {
  const base = completeStatement();
  const places = new Map<string, unknown>();
  const walk = (value: unknown, path: string): void => {
    places.set(path.replaceAll(/\/\d+/g, '/0'), path);
    if (typeof value === 'object' && value !== null)
      for (const [key, entry] of Object.entries(value)) walk(entry, `${path}/${key}`);
  };
  for (const [key, entry] of Object.entries(base)) walk(entry, `/${key}`);
  const wrong = [null, 7, [], [null]];
  for (const [index, path] of [...places.values()].filter((_, at) => at % 3 === 0).entries())
    assert.ok(Array.isArray(validate(changed(base, { [String(path)]: wrong[index % wrong.length] })).findings));
});
