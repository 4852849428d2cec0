// Keys: each means one thing, and those of the browser stay the browser's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf, actions, keyName } from './shortcuts.ts';

const press = (key: string, modifiers: object = {}) =>
  actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...modifiers });

test('keys do what the list says, in either case', () => {
  assert.equal(press('i'), 'invert');
  assert.equal(press('I', { shiftKey: true }), 'invert');
  assert.equal(press('?', { shiftKey: true }), 'help');
  assert.equal(press('ArrowDown'), 'next');
  assert.equal(press('ArrowDown', { shiftKey: true }), 'darker');
  assert.equal(press(' '), 'play');
});

test('keys of the browser and keys without a meaning do nothing', () => {
  for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) assert.equal(press('r', { [modifier]: true }), undefined);
  for (const key of ['q', 'F5', 'Tab', 'constructor', '']) assert.equal(press(key), undefined);
});

test('no key means two things, and every key has a name', () => {
  const keys = Object.values(actions).flatMap((action): readonly string[] => action.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(['+', 'Shift+ArrowUp', ' ', 'w'].map(keyName), ['+', 'Shift ↑', 'Space', 'W']);
});
