// `concord rules`: what a running server sends on by itself, and what a rule would have done.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { type ContentOptions, contentOf, withContent } from './rule-content.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface RuleOptions extends ServerOptions {
  readonly json?: true;
}
interface AddOptions extends RuleOptions, ContentOptions {
  readonly paused?: true;
  readonly file?: string;
}
interface TryOptions extends RuleOptions {
  readonly since?: string;
  readonly until?: string;
  readonly yesterday?: true;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const factsIn = (value: unknown): readonly Facts[] => (Array.isArray(value) ? value.map(factsOf) : []);
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');
const texts = (facts: Facts, name: string): readonly string[] => {
  const value = facts.get(name);
  return Array.isArray(value) ? value.map(String) : [];
};

/** What goes with it, behind what it holds for. */
const along: ReadonlyMap<string, string> = new Map([
  ['nothing', ', alone'],
  ['study', ', with the study'],
]);

/** What a rule looks at, in few words. */
function conditionsOf(rule: Facts): string {
  const keys = [...factsOf(rule.get('keys'))].map(([keyword, value]) => `${keyword}=${String(value)}`);
  const time = [
    text(rule, 'from') && `from ${text(rule, 'from')}`,
    text(rule, 'until') && `until ${text(rule, 'until')}`,
  ];
  const all = [
    ...[texts(rule, 'callingAeTitles'), texts(rule, 'modalities'), texts(rule, 'bodyParts')].map((each) =>
      each.join('|'),
    ),
    ...keys,
    ...time,
  ].filter(Boolean);
  return all.length === 0 ? 'everything' : all.join(', ') + (along.get(text(rule, 'takeAlong')) ?? '');
}

async function printRules(
  rules: readonly Facts[],
  { json }: RuleOptions,
  { print, note }: Surroundings,
): Promise<void> {
  if (json) for (const rule of rules) print(JSON.stringify(Object.fromEntries(rule)));
  else if (rules.length === 0) note('there are no rules');
  else
    await streamingTable(
      ['RULE', 'NAME', 'STATE', 'WHEN', 'HOLDS FOR', 'TO'],
      (async function* () {
        for (const rule of rules)
          yield [
            ...['ruleId', 'name', 'state', 'when'].map((name) => text(rule, name)),
            conditionsOf(rule),
            texts(rule, 'destinations').join(', '),
          ];
      })(),
      print,
    );
}

/** A rule by its id or, where only one has it, its name. @throws CliError */
async function find(wanted: string, options: ServerOptions, surroundings: Surroundings): Promise<Facts> {
  const rules = factsIn(await ask('/api/rules', { method: 'GET' }, options, surroundings));
  const found = rules.filter((rule) => text(rule, 'ruleId') === wanted || text(rule, 'name') === wanted);
  const [rule] = found;
  if (!rule || found.length > 1)
    throw new CliError(
      'failed',
      found.length > 1 ? `several rules are called "${wanted}"` : `no rule is called "${wanted}"`,
    );
  return rule;
}

const added = (surroundings: Surroundings): Command =>
  withContent(withServer(new Command('add')))
    .description('adds a rule; only what is received from now on is sent on')
    .argument('<name>', 'for people')
    .option('--paused', 'makes jobs that wait until the rule goes on')
    .option('--file <file>', 'the rule as JSON, as the API has it, in place of the options')
    .option('--json', 'JSON instead of a table')
    .action(async (name: string, options: AddOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const json = await ruleFrom(name, given);
      const rule = factsOf(await ask('/api/rules', { method: 'POST', json }, given, surroundings));
      await printRules([rule], given, surroundings);
    });

const changed = (surroundings: Surroundings): Command =>
  withContent(withServer(new Command('change')))
    .description('changes a rule: what is given takes the place of what it had, the rest stays')
    .argument('<rule>', 'its id or name')
    .option('--name <name>', 'another name')
    .option('--json', 'JSON instead of a table')
    .action(async (wanted: string, options: ContentOptions & RuleOptions & { name?: string }, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const { ruleId, since: _, ...before } = Object.fromEntries(await find(wanted, given, surroundings));
      const fresh = { ...contentOf(options), ...(options.name !== undefined && { name: options.name }) };
      if (Object.keys(fresh).length === 0) throw new CliError('usage', 'say what is to be otherwise');
      const path = `/api/rules/${encodeURIComponent(String(ruleId))}`;
      const rule = await ask(path, { method: 'POST', json: { ...before, ...fresh } }, given, surroundings);
      await printRules([factsOf(rule)], given, surroundings);
    });

/** Options that are not given are as the server has them. */
async function ruleFrom(name: string, options: AddOptions): Promise<object> {
  if (options.file !== undefined) return { ...JSON.parse(await readFile(options.file, 'utf8')), name };
  return { name, state: options.paused ? 'paused' : 'on', destinations: [], ...contentOf(options) };
}

const states = { on: 'on', pause: 'paused', off: 'off' } as const;
const stateTexts = {
  on: 'a rule works, and what waited for it is sent',
  pause: 'makes jobs that wait, and pauses those there are',
  off: 'sends nothing, nor later',
} as const satisfies Record<keyof typeof states, string>;

const setState = (verb: keyof typeof states, surroundings: Surroundings): Command =>
  withServer(new Command(verb))
    .description(stateTexts[verb])
    .argument('<rule>', 'its id or name')
    .action(async (wanted: string, options: RuleOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const rule = await find(wanted, given, surroundings);
      const { ruleId, since: _, ...content } = Object.fromEntries(rule);
      const json = { ...content, state: states[verb] };
      const path = `/api/rules/${encodeURIComponent(String(ruleId))}`;
      await printRules([factsOf(await ask(path, { method: 'POST', json }, given, surroundings))], given, surroundings);
    });

const removed = (surroundings: Surroundings): Command =>
  withServer(new Command('remove'))
    .description('removes a rule; its jobs go on')
    .argument('<rule>', 'its id or name')
    .action(async (wanted: string, options: RuleOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const ruleId = text(await find(wanted, given, surroundings), 'ruleId');
      await ask(`/api/rules/${encodeURIComponent(ruleId)}/remove`, { method: 'POST' }, given, surroundings);
      surroundings.print(`${ruleId} is removed`);
    });

const tried = (surroundings: Surroundings): Command =>
  withServer(new Command('try'))
    .description('what a rule would have done with what came in; nothing is sent')
    .argument('<rule>', 'its id or name')
    .option('--since <time>', 'ISO 8601; default: a day ago')
    .option('--until <time>', 'ISO 8601; default: now')
    .option('--yesterday', 'what came in on the day before today, by the calendar of this machine')
    .option('--json', 'one JSON object per study instead of a table')
    .action(async (wanted: string, options: TryOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const rule = text(await find(wanted, given, surroundings), 'ruleId');
      if (options.yesterday && (options.since ?? options.until) !== undefined)
        throw new CliError('usage', '--yesterday stands alone: without --since and --until');
      const span = options.yesterday ? yesterday(new Date()) : options;
      const moment = (name: 'since' | 'until') => {
        const at = span[name];
        if (at === undefined) return {};
        if (Number.isNaN(Date.parse(at))) throw new CliError('usage', `"${at}" is no time such as 2026-05-01T07:00`);
        return { [name]: new Date(at).toISOString() };
      };
      const json = { rule, ...moment('since'), ...moment('until'), limit: mostTried };
      const studies = factsIn(await ask('/api/rules/try', { method: 'POST', json }, given, surroundings));
      if (given.json) for (const study of studies) surroundings.print(JSON.stringify(Object.fromEntries(study)));
      else await printTried(studies, surroundings);
    });

/** From midnight to midnight; days of 23 and 25 hours are days. */
function yesterday(now: Date): { readonly since: string; readonly until: string } {
  const midnight = (daysBefore: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBefore);
  return { since: midnight(1).toISOString(), until: midnight(0).toISOString() };
}

/** Studies that are looked at. */
const mostTried = 1000;

async function printTried(studies: readonly Facts[], { print, note }: Surroundings): Promise<void> {
  if (studies.length === 0) note('nothing came in that time');
  if (studies.length >= mostTried) note(`only the newest ${mostTried} studies of that time were tried`);
  const shares = (study: Facts) =>
    factsIn(study.get('destinations'))
      .map((share) => `${text(share, 'destination')} ${text(share, 'instances')}`)
      .join(', ');
  await streamingTable(
    ['RECEIVED', 'PATIENT', 'STUDY', 'HOLDS FOR', 'ALONG', 'WOULD HAVE GONE TO'],
    (async function* () {
      for (const study of studies)
        yield [
          text(study, 'receivedAt').slice(0, 16),
          text(study, 'patientName'),
          text(study, 'description') || text(study, 'studyInstanceUid'),
          `${text(study, 'held')}/${text(study, 'total')}`,
          text(study, 'along'),
          text(study, 'held') === '0' ? '' : shares(study),
        ];
    })(),
    print,
  );
}

const examples = `
Examples:
  concord rules add "knees to the surgeon" --to ORTHO --modality CR,DX --body-part KNEE
  concord rules add "research" --to LAB --modality MR --take-along nothing
  concord rules add "copy of all" --to BACKUP,CLOUD --when "series complete" --priority low
  concord rules try "knees to the surgeon" --yesterday
  concord rules try "knees to the surgeon" --since 2026-05-01
  concord rules change "copy of all" --to BACKUP --modality CT,MR
  concord rules pause "copy of all"`;

/** The command. */
export function rules(surroundings: Surroundings): Command {
  const command = withServer(new Command('rules'))
    .description('what a running server sends on by itself')
    .option('--json', 'one JSON object per rule instead of a table')
    .addHelpText('after', examples)
    .action(async (options: RuleOptions) => {
      const answer = await ask('/api/rules', { method: 'GET' }, options, surroundings);
      await printRules(factsIn(answer), options, surroundings);
    });
  for (const made of [added, changed, removed, tried]) command.addCommand(made(surroundings).exitOverride());
  for (const verb of ['on', 'pause', 'off'] as const) command.addCommand(setState(verb, surroundings).exitOverride());
  return command;
}
