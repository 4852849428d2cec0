// How a run is told: a line per file, the failures in full, the skipped tests by name, and the count.
import type { Result } from './result.ts';

/** The only thing a test may be skipped for: real files that are not part of the repository. */
export const isExcused = (reason: string): boolean => /CONCORD_TEST_DATA|test data/i.test(reason);

const count = (results: readonly Result[], outcome: Result['outcome']) =>
  results.filter((result) => result.outcome === outcome).length;

const seconds = (results: readonly Result[]) =>
  (results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(1);

/** Of the text of a failure, on the line of its file. */
const firstLines = 12;
const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n');

const title = ({ titles }: Result) => titles.join(' > ');

/** One line for one file, and below it the first words of why its tests failed: who sees only a part of a run sees them together. */
export function fileLine(file: string, results: readonly Result[]): string {
  const [passed, failed, skipped] = [count(results, 'passed'), count(results, 'failed'), count(results, 'skipped')];
  const mark = failed > 0 ? 'FAILED' : 'ok    ';
  const notes = [
    `${passed} passed`,
    ...(failed ? [`${failed} failed`] : []),
    ...(skipped ? [`${skipped} skipped`] : []),
  ];
  const reasons = results
    .filter(({ outcome }) => outcome === 'failed')
    .map((result) => `\n  ${title(result)}\n${indented(result.text.split('\n').slice(0, firstLines))}`);
  return `${mark} ${file}: ${notes.join(', ')} (${seconds(results)} s)${reasons.join('')}`;
}

/** Everything that needs a look, in full. */
export function* summary(results: readonly Result[]): Generator<string> {
  const skipped = results.filter(({ outcome }) => outcome === 'skipped');
  if (skipped.length > 0) yield `\nSKIPPED, NOT PROVEN (${skipped.length}):`;
  for (const result of skipped) yield `  ${result.file}: ${title(result)}\n    ${result.text}`;
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) yield `\nFAILED (${failed.length}):`;
  for (const result of failed) yield `  ${result.file}: ${title(result)}\n${indented(result.text.split('\n'))}\n`;
}

/** The last line of a run. */
export function countLine(results: readonly Result[]): string {
  const skipped = count(results, 'skipped');
  return `${count(results, 'passed')} passed, ${count(results, 'failed')} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
