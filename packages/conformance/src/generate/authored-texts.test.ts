// Authored texts and what they are bound to: current, stale, confirmed, edited. PS3.2 6.2
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeStatement } from '../../testing/complete-statement.ts';
import { withStaleMarks } from '../document/stale-texts.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderHtml } from '../render/html.ts';
import { validate } from '../validate/validate.ts';
import { type AuthoredText, bindingNow, factDigest, textInForce, withTexts } from './authored-texts.ts';

const facts = { 'retry count': 5, 'service sending': { role: 'SCU', operations: ['C-STORE'] } };
const statement = asStatement(completeStatement());
const notes = statement.networking.state === 'described' ? (statement.networking.implementationNotes ?? '') : '';
const text: AuthoredText = {
  id: 'notes',
  section: '4',
  title: 'Notes',
  hint: 'What matters.',
  text: notes,
  describes: Object.fromEntries(Object.keys(facts).map((name) => [name, factDigest(facts, name)])),
};
const broken = (value: unknown): readonly string[] =>
  validate(value)
    .findings.filter(({ rule }) => rule === 'CS-VX-30')
    .map(({ path, message }) => `${path}: ${message}`);

test('[CS-GEN-09] [CS-VX-30] a changed constant makes the text that is bound to it stale: the validator reports it, the draft marks it', () => {
  const current = withTexts(statement, [textInForce(text, facts)]);
  assert.deepEqual(
    current.textBlocks?.map(({ id, path, state }) => [id, path, state]),
    [['notes', '/networking/implementationNotes', 'current']],
  );
  assert.deepEqual(broken(current), []);
  assert.equal(withStaleMarks(current), current);
  const stale = withTexts(statement, [textInForce(text, { ...facts, 'retry count': 6 })]);
  assert.deepEqual(broken(stale), ['/textBlocks/0: notes (4) is older than retry count']);
  assert.deepEqual(asStatement(JSON.parse(JSON.stringify(stale))).textBlocks, stale.textBlocks);
  assert.match(renderHtml(statementDocument(stale, ['CS-VX-30'])), /\[TO BE CONFIRMED: has changed: retry count\]/);
  assert.ok(stale.networking.state === 'described' && stale.networking.implementationNotes === notes);
});

test('[CS-GEN-09] whoever confirms or edits it makes it current again; a later change makes that stale too', () => {
  const now = { ...facts, 'retry count': 6 };
  const person = { author: 'A. Physicist', date: '2026-11-21', describes: bindingNow(text, now) };
  const confirmed = textInForce(text, now, person);
  assert.deepEqual([confirmed.block.state, confirmed.edited, confirmed.text], ['current', false, notes]);
  assert.equal(confirmed.block.author, 'A. Physicist');
  const edited = withTexts(statement, [textInForce(text, now, { ...person, text: 'Six tries.' })]);
  assert.ok(edited.networking.state === 'described' && edited.networking.implementationNotes === 'Six tries.');
  assert.deepEqual(broken(edited), []);
  assert.equal(textInForce(text, { ...now, 'retry count': 7 }, person).block.state, 'stale');
});

test('a fact that is not there any more, and a text whose place something else has taken', () => {
  const { 'retry count': _, ...fewer } = facts;
  assert.equal(textInForce(text, fewer).block.state, 'stale');
  assert.deepEqual(withTexts(statement, [textInForce({ ...text, text: 'stands nowhere' }, facts)]).textBlocks, []);
});
