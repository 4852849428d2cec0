// `npm run trace`: per ledger, how many rows have a passing test in the last run. Fails on an identifier no ledger knows.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lastRun, root } from './test-run/result.ts';
import { readLedgers } from './trace/ledger.ts';
import { type LedgerProof, trace } from './trace/proof.ts';

const help = `npm run trace -- [--ids]
  --ids   lists the proven requirements of each ledger, too`;

const { values } = parseArgs({ options: { ids: { type: 'boolean' }, help: { type: 'boolean' } } });
const say = (line: string) => console.log(line);

const percent = (part: number, whole: number) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
const row = (...cells: readonly (string | number)[]) =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(26) : String(cell).padStart(9))).join('');
const ledgerRow = ({ name, rows, proven, failing }: LedgerProof) =>
  row(name, rows, proven.length, percent(proven.length, rows), failing.length || '');
const total = (ledgers: readonly LedgerProof[]): LedgerProof => ({
  name: 'all',
  rows: ledgers.reduce((sum, { rows }) => sum + rows, 0),
  proven: ledgers.flatMap(({ proven }) => proven),
  failing: ledgers.flatMap(({ failing }) => failing),
});

function report(): number {
  const run = lastRun();
  if (!run) {
    say('No test results yet: run npm test first.');
    return 1;
  }
  const { ledgers, unknown } = trace(readLedgers(join(root, 'docs/requirements')), run.results);
  say(`\nRequirements with a passing test, from the ${run.complete ? '' : 'PARTIAL '}run that ended ${run.ended}`);
  say(row('ledger', 'rows', 'proven', '', 'failing'));
  for (const ledger of ledgers) {
    say(ledgerRow(ledger));
    if (values.ids && ledger.proven.length > 0) say(`  ${ledger.proven.join(' ')}`);
  }
  say(ledgerRow(total(ledgers)));
  for (const { id, title, file } of unknown) say(`UNKNOWN ${id} stands in no ledger: ${file}: ${title}`);
  return unknown.length > 0 ? 1 : 0;
}

if (values.help) say(help);
else process.exitCode = report();
