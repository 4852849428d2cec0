// The place where a configuration file stops being JSON.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOfFault } from './json-fault.ts';

test('the first character that may not stand there, or the end of what ends too early', () => {
  const places = {
    '{\n  "peers": [\n    { "aeTitle": }\n  ]\n}': 'line 3 column 18',
    '{ "a": 1,\n  }': 'line 2 column 3',
    '{ "a": 1\n "b": 2 }': 'line 2 column 2',
    '[1, 2': 'line 1 column 6',
    '{ "a": "open\n" }': 'line 1 column 8',
    '{ a: 1 }': 'line 1 column 3',
    '{} x': 'line 1 column 4',
    '[1,, 2]': 'line 1 column 4',
    '{ "a" 1 }': 'line 1 column 7',
    '[01]': 'line 1 column 3',
    '[}': 'line 1 column 2',
    '': 'line 1 column 1',
  };
  for (const [text, place] of Object.entries(places)) {
    assert.throws(() => JSON.parse(text), SyntaxError);
    assert.equal(placeOfFault(text), place, text);
  }
});

test('a text that is JSON has its fault behind its end', () => {
  for (const text of ['{"a":[1,-2.5e3,{"b":null}],"c":"\\u00e9\\n","d":{}}', '[]', ' "x" ', '[[],[{}]]']) {
    JSON.parse(text);
    assert.equal(placeOfFault(text), `line 1 column ${text.length + 1}`, text);
  }
});
