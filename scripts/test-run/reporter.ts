// What node:test says, as one JSON object per line: the form in which a test's process answers to the runner.
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { Transform } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';
import type { Result } from './result.ts';

/** The file descriptor on which a test's process answers; its standard output belongs to the test. */
const answers = 3;
const path: string[] = [];

/** A reporter for `node --test-reporter`: one `Result` per line, its file absolute, suites and plans left out. */
export default new Transform({
  writableObjectMode: true,
  transform(event: TestEvent, _encoding, done) {
    if (event.type === 'test:start') path.splice(event.data.nesting, Number.POSITIVE_INFINITY, event.data.name);
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const result = resultOf(event, [...path.slice(0, event.data.nesting), event.data.name]);
      // At once and whole: a test that ends the process takes nothing of it along.
      if (result) writeSync(answers, `${JSON.stringify(result)}\n`);
    }
    // What nobody awaits is an error of no test: the runner shows it with what else the process said.
    const isError = event.type === 'test:diagnostic' && event.data.message.startsWith('Error: ');
    done(null, isError ? `${event.data.message}\n` : undefined);
  },
});

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

function resultOf({ type, data }: Ended, titles: readonly string[]): Result | undefined {
  const milliseconds = Math.round(data.details.duration_ms);
  const base = { file: data.file ?? '', titles, milliseconds };
  const why = (said: string | boolean | undefined) => (typeof said === 'string' ? said : 'no reason given');
  if (data.skip !== undefined) return { ...base, outcome: 'skipped', text: why(data.skip) };
  if (data.todo !== undefined) return { ...base, outcome: 'failed', text: `left to do: ${why(data.todo)}` };
  // A file without tests, among others in one process, is told as a test that passed and has the file's path as its title.
  if (data.file !== undefined && titles.length === 1 && resolve(data.name) === data.file) return undefined;
  if (type === 'test:pass') return data.details.type === 'suite' ? undefined : { ...base, outcome: 'passed', text: '' };
  const { error } = data.details;
  // What failed inside is told by its own line.
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
  return { ...base, outcome: 'failed', text: textOf(error) };
}

function textOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack?.includes(cause.message) ? cause.stack : `${cause.message}\n${cause.stack ?? ''}`;
}
