// The guide says what the code does: generated pages are fresh, links lead somewhere, the commands it shows exist.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../test-run/result.ts';
import { pages } from './pages.ts';

const documents = globSync(['*.md', 'docs/*.md', 'docs/{guide,decisions}/*.md'], { cwd: root });
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the guide', () => {
  for (const { path, text } of pages)
    test(`${path} is what npm run reference writes`, () => {
      assert.equal(textOf(path), text(), `${path} is stale: npm run reference`);
    });

  test('every link to a file of the repository leads to one', () => {
    const dead = documents.flatMap((path) =>
      [...textOf(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, link = '']) => link.replaceAll(/^<|>$/g, ''))
        // The statement links to what the server has at its own address.
        .filter((link) => !(path === 'docs/conformance-statement.md' && link.startsWith('/conformance/')))
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(path), link)))
        .map((link) => `${path}: ${link}`),
    );
    assert.deepEqual(dead, []);
    assert.ok(documents.length > 5, 'hardly any document was found');
  });

  test('every npm script that a document names exists', () => {
    const scripts = new Set(Object.keys(JSON.parse(textOf('package.json')).scripts));
    const unknown = documents.flatMap((path) =>
      [...textOf(path).matchAll(/npm (?:run (?:-s )?)?([a-z]+)(?= --|`|$|\s+#)/gm)]
        .map(([, script = '']) => script)
        .filter((script) => !scripts.has(script) && !['ci', 'install'].includes(script)),
    );
    assert.deepEqual(unknown, []);
  });
});
