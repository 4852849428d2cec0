// `concord conformance`: statements of what systems can do, from the first look to the proof. PS3.2.
import { Command } from 'commander';
import { approve } from './conformance/approve.ts';
import { compare } from './conformance/compare.ts';
import { importStatement } from './conformance/import.ts';
import { plan } from './conformance/plan.ts';
import { probe } from './conformance/probe.ts';
import { run } from './conformance/run.ts';
import { statement } from './conformance/statement.ts';
import { texts } from './conformance/texts.ts';
import { validate } from './conformance/validate.ts';
import type { Surroundings } from './surroundings.ts';

/** The command and its sub-commands. */
export const conformance = (surroundings: Surroundings): Command => {
  const group = new Command('conformance').description(
    'conformance statements: print, import, compare, plan, test, probe',
  );
  for (const make of [statement, texts, validate, importStatement, compare, plan, approve, run, probe])
    group.addCommand(make(surroundings));
  return group;
};
