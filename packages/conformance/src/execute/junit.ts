// A run as JUnit XML, for programs that show test results.
import { escapeXml } from '../diagram/svg.ts';
import type { ItemResult, RunReport } from './run.ts';

/** Characters that XML 1.0 cannot hold in any form. */
const legal = (text: string): string =>
  escapeXml(text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?'));
const attribute = (text: string): string => legal(text).replaceAll('"', '&quot;');

function caseOf(result: ItemResult): string {
  const { id, title, service, milliseconds, expected, observed, differences = [] } = result;
  const details = [`expected: ${expected}`, `observed: ${observed}`, ...differences].join('\n');
  const inner =
    result.result === 'passed'
      ? ''
      : result.result === 'failed'
        ? `<failure message="${attribute(observed)}">${legal(details)}</failure>`
        : result.result === 'inconclusive'
          ? `<error message="${attribute(observed)}">${legal(details)}</error>`
          : `<skipped message="${attribute(`${result.result}: ${observed}`)}"/>`;
  return `    <testcase classname="${attribute(service)}" name="${attribute(`${title} [${id}]`)}" time="${(milliseconds / 1000).toFixed(3)}">${inner}</testcase>`;
}

/** One suite for each service. */
export function junitXml({ system, results, startedAt }: RunReport): string {
  const suites = [...Map.groupBy(results, ({ service }) => service)].map(([service, some]) => {
    const count = (name: ItemResult['result']) => some.filter(({ result }) => result === name).length;
    const skipped = some.length - count('passed') - count('failed') - count('inconclusive');
    const head = `name="${attribute(`${system.label}: ${service}`)}" tests="${some.length}" failures="${count('failed')}" errors="${count('inconclusive')}" skipped="${skipped}" timestamp="${startedAt}"`;
    return `  <testsuite ${head}>\n${some.map(caseOf).join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}
