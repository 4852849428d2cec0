// What is kept, what goes first, and that the bound holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentTexts } from './recent-texts.ts';

test('the least recently used text goes first', () => {
  const texts = recentTexts(100);
  for (let n = 0; n < 10; n += 1) texts.set(`${n}`, 'x'.repeat(9));
  assert.equal(texts.get('0'), 'x'.repeat(9));
  texts.set('new', 'y');
  assert.equal(texts.get('1'), undefined);
  assert.equal(texts.get('0'), 'x'.repeat(9));
  assert.equal(texts.get('new'), 'y');
});

test('the bound holds, whatever comes', () => {
  const texts = recentTexts(1000);
  for (let n = 0; n < 5000; n += 1) texts.set(`${n % 700}`, 'x'.repeat(n % 90));
  let sum = 0;
  for (let n = 0; n < 700; n += 1) sum += texts.get(`${n}`)?.length ?? 0;
  assert.ok(sum <= 1000, `${sum}`);
  texts.set('long', 'x'.repeat(101));
  assert.equal(texts.get('long'), undefined);
});
