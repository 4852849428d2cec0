// The runner itself: what a test file's process says, and what happens when it breaks.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runFiles } from './run-files.ts';
import { countLine, fileLine, isExcused } from './summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-runner-'));
const fixture = (name: string, lines: readonly string[]) => {
  const path = join(folder, `${name}.test.mts`);
  const imports = ["import { describe, test } from 'node:test';", "import { spawn } from 'node:child_process';"];
  writeFileSync(path, [...imports, ...lines].join('\n'));
  return path;
};
const told = async (name: string, lines: readonly string[]) =>
  (await runFiles([fixture(name, lines)])).map(({ titles, outcome }) => `${outcome}: ${titles.join(' > ')}`);

after(() => rmSync(folder, { recursive: true, force: true }));

describe('a test file in its own process', () => {
  test('passed, failed and skipped tests are told with the titles of their suites', async () => {
    const lines = [
      "describe('outer', () => {",
      "  describe('inner', () => { test('good', () => {}); });",
      "  test('bad', () => { throw new Error('wrong'); });",
      "  test('left out', { skip: 'a reason' }, () => {});",
      '});',
      "test('last', () => {});",
    ];
    assert.deepEqual(await told('outcomes', lines), [
      'passed: outer > inner > good',
      'failed: outer > bad',
      'skipped: outer > left out',
      'passed: last',
    ]);
  });

  test('the line of a file says at once why a test of it failed', async () => {
    const file = fixture('saying', ["describe('outer', () => { test('bad', () => { throw new Error('wrong'); }); });"]);
    const [line, named, why] = fileLine('saying.ts', await runFiles([file])).split('\n');
    assert.match(line ?? '', /^FAILED saying\.ts: 0 passed, 1 failed/);
    assert.deepEqual([named, why], ['  outer > bad', '    Error: wrong']);
  });

  test('a file that breaks while it is loaded is a failure that carries its output', async () => {
    const [result, ...others] = await runFiles([fixture('broken', ["throw new Error('broken on load');"])]);
    assert.deepEqual(others, []);
    assert.equal(result?.outcome, 'failed');
    assert.match(result?.text ?? '', /broken on load/);
  });

  test('an error that nobody awaits, in a promise or in a timer, is a failure that says it', async () => {
    for (const [name, how] of [
      ['promise', "void pause.then(() => { throw new Error('nobody awaits'); });"],
      ['timer', "setTimeout(() => { throw new Error('nobody awaits'); }, 5);"],
    ] as const) {
      const line = `const pause = new Promise((resolve) => setTimeout(resolve, 20)); ${how} await pause; await pause;`;
      const later = 'await new Promise((resolve) => setTimeout(resolve, 50));';
      const results = await runFiles([fixture(name, [`test('good', async () => { ${line} ${later} });`])]);
      const failed = results.filter(({ outcome }) => outcome === 'failed');
      assert.equal(failed.length, 1, name);
      assert.match(failed[0]?.text ?? '', /nobody awaits/, name);
    }
  });

  test('a file without tests is a failure', async () => {
    const outcomes = (await runFiles([fixture('empty', ['export {};'])])).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['failed']);
  });

  test('a test left to do is a failure', async () => {
    assert.deepEqual(await told('todo', ["test('later', { todo: true }, () => {});"]), ['failed: later']);
  });

  test('a program that a test leaves behind is ended, and is a failure', async () => {
    const lines = ["test('starts one', () => { spawn('sleep', ['600'], { stdio: 'ignore' }).unref(); });"];
    const [first, second] = await runFiles([fixture('leaves', lines)]);
    assert.equal(first?.outcome, 'passed');
    assert.match(second?.text ?? '', /left programs running behind it: sleep/);
  });
});

describe('several files in one process', () => {
  const ending = async (...files: readonly string[]) =>
    (await runFiles(files)).map(({ file, outcome }) => `${basename(file)} ${outcome}`);

  test('each test is told with its file', async () => {
    const good = fixture('first-of-two', ["test('good', () => {});"]);
    const bad = fixture('second-of-two', ["test('bad', () => { throw new Error('wrong'); });"]);
    assert.deepEqual(await ending(good, bad), ['first-of-two.test.mts passed', 'second-of-two.test.mts failed']);
  });

  test('one that breaks while it is loaded, has no test or ends the process fails alone', async () => {
    const good = fixture('beside-it', ["test('good', () => {});"]);
    const told = 'beside-it.test.mts passed';
    for (const [name, ...lines] of [
      ['loading', "throw new Error('broken on load');"],
      ['without', 'export {};'],
      ['ending', "test('ends', () => { process.exit(3); });"],
    ] as const)
      assert.deepEqual(await ending(good, fixture(name, lines)), [told, `${name}.test.mts failed`]);
  });
});

test('only absent test data excuses a skipped test', () => {
  assert.equal(isExcused('no real files: set CONCORD_TEST_DATA'), true);
  assert.equal(isExcused('dcmdump is not installed'), false);
  assert.equal(isExcused('no reason given'), false);
});

test('the last line counts, and names skipped tests only where there are any', () => {
  const result = { file: 'a', titles: ['t'], text: '', milliseconds: 1 };
  assert.equal(countLine([{ ...result, outcome: 'passed' }]), '1 passed, 0 failed');
  assert.equal(countLine([{ ...result, outcome: 'skipped' }]), '0 passed, 0 failed, 1 skipped');
});
