// Our own statement keeps the rules of PS3.2, and the copy of it in the repository is what this build generates.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { validate, validateMarkdown } from '@concord/conformance';
import { root } from '../test-run/result.ts';
import { asked, keptStatement } from './own-statement.ts';

/** Lines that are in one text and not in the other, each with the heading that it stands under. */
function differences(kept: string, made: string): string[] {
  const linesOf = (text: string): Map<string, string> => {
    let heading = '';
    const lines = new Map<string, string>();
    for (const line of text.split('\n')) {
      if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
      if (line.trim() !== '') lines.set(`${heading}: ${line}`, heading);
    }
    return lines;
  };
  const [before, after] = [linesOf(kept), linesOf(made)];
  return [
    ...[...before.keys()].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after.keys()].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

describe('our own conformance statement', () => {
  let shipped = '';
  let configured = '';
  let printed = '';
  before(async () => {
    [shipped = '', configured = '', printed = ''] = await asked([
      '/conformance?format=json&edition=as-shipped',
      '/conformance?format=json&edition=as-configured',
      '/conformance?format=markdown&edition=as-shipped',
    ]);
  });

  test('[CS-GEN-14] the copy in the repository is what this build generates', () => {
    const kept = readFileSync(join(root, keptStatement), 'utf8');
    const found = differences(kept, printed);
    assert.ok(kept === printed, `${keptStatement} is stale (npm run reference):\n${found.slice(0, 20).join('\n')}`);
  });

  test('differences are named with the section that they stand in', () => {
    const made = printed.replace(
      '| Maximum number of simultaneous associations | 100',
      '| Maximum number of simultaneous associations | 99',
    );
    const found = differences(printed, made);
    assert.ok(found.length > 0 && found.every((line) => /Number of Associations/.test(line)), found.join('\n'));
  });

  test('as shipped and as configured it breaks no rule', () => {
    for (const text of [shipped, configured]) {
      const { findings, claims } = validate(JSON.parse(text));
      assert.deepEqual(findings, []);
      assert.deepEqual(claims, { network: 'stands', media: 'stands' });
    }
  });

  test('[CS-RND-18] as printed it breaks no rule, and no placeholder is left in it', () =>
    assert.deepEqual(validateMarkdown(printed).findings, []));

  test('nothing in it is unknown', () => {
    const states = [...shipped.matchAll(/"state":"([^"]*)"/g)].map(([, state]) => state);
    assert.ok(states.length > 5 && !states.includes('unknown'));
  });
});
