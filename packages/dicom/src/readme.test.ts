// The recipes of README.md, run as they are written: every line that prints says what it prints.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageFolder } from '../testing/bundle.ts';

const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
const recipes = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
const promised = recipes.map((code) => [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text));

/** One module, in the package's folder so that its name resolves; its imports may stand anywhere. */
function run(code: string): string {
  const path = join(packageFolder, `testing/recipes-${process.pid}.ts`);
  writeFileSync(path, code);
  try {
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 0, stderr);
    return stdout;
  } finally {
    rmSync(path);
  }
}

test('there are ten recipes, and each prints something', () => {
  assert.equal(recipes.length, 10);
  assert.equal([...readme.matchAll(/^### \d+\. /gm)].length, 10);
  for (const [at, lines] of promised.entries()) assert.ok(lines.length > 0, `recipe ${at + 1}`);
  const prints = recipes.join('').match(/console\.log/g)?.length;
  assert.equal(promised.flat().length, prints, 'a console.log without its output');
});

test('the recipes print what they say', () => {
  const output = run(recipes.join('\n'));
  assert.deepEqual(output.trimEnd().split('\n'), promised.flat());
});

test('a recipe that is wrong is found out', () => {
  assert.notEqual(run(recipes.join('\n').replaceAll('Doe^Jane', 'Roe^Jane')).trimEnd(), promised.flat().join('\n'));
});
