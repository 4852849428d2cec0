// `concord conformance`: statements of what systems can do, from the first look to the proof. PS3.2.
import { Command } from 'commander';
import { approve } from './conformance/approve.ts';
import { compare } from './conformance/compare.ts';
import { importStatement } from './conformance/import.ts';
import { medium } from './conformance/medium.ts';
import { plan } from './conformance/plan.ts';
import { probe } from './conformance/probe.ts';
import { report } from './conformance/report.ts';
import { ruleCommand } from './conformance/rules.ts';
import { run } from './conformance/run.ts';
import { statement } from './conformance/statement.ts';
import { texts } from './conformance/texts.ts';
import { validate } from './conformance/validate.ts';
import type { Surroundings } from './surroundings.ts';

const exitCodes = `
Exit codes of all of them: 0 fine; 1 it was done, and found what is wrong: an error of a rule, work that cannot be done, an item that failed;
2 it could not be done: wrong use, a file or a system that cannot be read or reached.`;

/** The command and its sub-commands. */
export const conformance = (surroundings: Surroundings): Command => {
  const group = new Command('conformance')
    .description('conformance statements: print, check, import, compare, plan, test, probe')
    .addHelpText('after', exitCodes);
  const made = [
    statement,
    texts,
    validate,
    ruleCommand,
    importStatement,
    probe,
    compare,
    plan,
    approve,
    run,
    report,
    medium,
  ];
  for (const make of made) group.addCommand(make(surroundings));
  return group;
};
