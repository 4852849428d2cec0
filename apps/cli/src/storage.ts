// `concord storage`: how full a running server is, what would go by itself, what keeps a study, and deleting in two steps.

import { Command } from 'commander';
import { counted } from './counted.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import { sizeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface StorageOptions extends ServerOptions {
  readonly json?: true;
}
interface RejectOptions extends ServerOptions {
  readonly reason?: string;
  readonly by?: string;
}

type Facts = ReadonlyMap<string, unknown>;
const factsOf = (value: unknown): Facts =>
  new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
const factsIn = (facts: Facts, name: string): readonly Facts[] => {
  const value = facts.get(name);
  return Array.isArray(value) ? value.map(factsOf) : [];
};
const text = (facts: Facts, name: string): string => String(facts.get(name) ?? '');
const number = (facts: Facts, name: string): number => Number(facts.get(name)) || 0;

const barWidth = 30;
const bar = (part: number, most: number): string =>
  '#'.repeat(most === 0 ? 0 : Math.max(1, Math.round((part / most) * barWidth)));

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

async function used(options: StorageOptions, surroundings: Surroundings): Promise<void> {
  const { print } = surroundings;
  const use = factsOf(await ask('/api/storage', { method: 'GET' }, options, surroundings));
  if (options.json) return print(JSON.stringify(Object.fromEntries(use)));
  print(`${sizeText(number(use, 'bytes'))} in ${counted(number(use, 'studies'), 'study', 'studies')}`);
  const quota = number(use, 'quota');
  if (quota > 0) {
    const then = text(use, 'quotaPolicy') === 'refuse' ? 'objects are refused' : 'the oldest studies make room';
    const used = ['bytes', 'rejectedBytes', 'asideBytes'].reduce((sum, name) => sum + number(use, name), 0);
    const part = ((used / quota) * 100).toFixed(0);
    print(`${part}% of the quota of ${sizeText(quota)}; past it ${then}`);
  }
  print(`${number(use, 'protectedStudies')} protected, ${number(use, 'committedStudies')} committed to peers`);
  if (number(use, 'asideBytes') > 0) print(`${sizeText(number(use, 'asideBytes'))} put aside: concord patients`);
  if (number(use, 'rejectedBytes') > 0)
    print(`${sizeText(number(use, 'rejectedBytes'))} rejected and not deleted yet: concord storage rejected`);
  for (const [name, heading] of [
    ['months', 'CAME IN'],
    ['modalities', 'MODALITY'],
  ] as const) {
    const shares = factsIn(use, name);
    const most = Math.max(0, ...shares.map((share) => number(share, 'bytes')));
    const rows = shares.map((share) => [
      (text(share, 'month') || text(share, 'modality')).replaceAll('\\', ', ') || 'none',
      sizeText(number(share, 'bytes')),
      text(share, 'studies'),
      bar(number(share, 'bytes'), most),
    ]);
    await streamingTable([heading, 'SIZE', 'STUDIES', ''], each(rows), print);
  }
}

/** What keeps a study from going by itself, a line each. */
function reasonsOf(keeping: Facts): readonly string[] {
  return [
    keeping.get('isProtected') === true ? 'protected' : '',
    text(keeping, 'quarantine') && `in quarantine: ${text(keeping, 'quarantine')}`,
    ...factsIn(keeping, 'committed').map(
      (each) => `committed to ${text(each, 'peer')} on ${text(each, 'at').slice(0, 10)}`,
    ),
    keeping.get('isComingIn') === true ? 'still coming in' : '',
    keeping.get('isOnItsWay') === true ? 'still to be sent, or could not be sent' : '',
    keeping.get('awaitsCommitment') === true ? 'waits for a commitment that was asked for' : '',
  ].filter((reason) => reason !== '');
}

const keeping = (surroundings: Surroundings): Command =>
  withServer(new Command('study'))
    .description('what keeps a study from going by itself')
    .argument('<study>', 'Study Instance UID')
    .action(async (study: string, options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const path = `/api/storage/studies/${encodeURIComponent(study)}`;
      const reasons = reasonsOf(factsOf(await ask(path, { method: 'GET' }, given, surroundings)));
      for (const reason of reasons) surroundings.print(reason);
      if (reasons.length === 0) surroundings.print('nothing: rules and the quota may take it');
    });

const preview = (surroundings: Surroundings): Command =>
  withServer(new Command('preview'))
    .description('which studies each retention rule would take now')
    .action(async (options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const answer = await ask('/api/storage/retention', { method: 'GET' }, given, surroundings);
      const rules = (Array.isArray(answer) ? answer : []).map(factsOf);
      const rows = rules.flatMap((rule) => {
        const studies = rule.get('studies');
        return (Array.isArray(studies) ? studies : [])
          .map(factsOf)
          .map((study) => [
            text(rule, 'rule'),
            ...['studyInstanceUid', 'patientName', 'studyDate', 'receivedAt'].map((name) => text(study, name)),
          ]);
      });
      await streamingTable(['RULE', 'STUDY', 'PATIENT', 'STUDY DATE', 'RECEIVED'], each(rows), surroundings.print);
      if (rows.length === 0) surroundings.note(rules.length === 0 ? 'there are no rules' : 'no rule would take any');
    });

const rejectedHeadings = [
  ...['STUDY', 'PATIENT', 'PATIENT ID', 'STUDY DATE', 'DESCRIPTION'],
  ...['OBJECTS', 'REJECTED', 'BY', 'WHY'],
];

const rejected = (surroundings: Surroundings): Command =>
  withServer(new Command('rejected'))
    .description('studies that were rejected and are not deleted yet')
    .action(async (options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const answer = await ask('/api/rejected', { method: 'GET' }, given, surroundings);
      const rows = (Array.isArray(answer) ? answer : [])
        .map(factsOf)
        .map((study) =>
          [
            ...['studyInstanceUid', 'patientName', 'patientId', 'studyDate', 'description'],
            ...['instances', 'rejectedAt', 'rejectedBy', 'reason'],
          ].map((name) => text(study, name)),
        );
      await streamingTable(rejectedHeadings, each(rows), surroundings.print);
      if (rows.length === 0) surroundings.note('nothing is rejected');
    });

const reject = (surroundings: Surroundings): Command =>
  withServer(new Command('reject'))
    .description('takes a study out of every answer; it can be put back until it is deleted for good')
    .argument('<study>', 'Study Instance UID')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'who acts')
    .action(async (study: string, options: RejectOptions, self: Command) => {
      const { reason = '', by, ...given } = { ...self.parent?.opts(), ...options };
      const path = `/api/storage/studies/${encodeURIComponent(study)}/reject`;
      const json = { reason, ...(by !== undefined && { by }) };
      const outcome = factsOf(await ask(path, { method: 'POST', json }, given, surroundings));
      surroundings.print(`${counted(number(outcome, 'instances'), 'object is', 'objects are')} rejected`);
      for (const each of factsIn(outcome, 'committed'))
        surroundings.note(`they were committed to ${text(each, 'peer')} on ${text(each, 'at').slice(0, 10)}`);
    });

const verbs = {
  restore: { description: 'puts the rejected objects of a study back', done: 'put back' },
  purge: { description: 'deletes the rejected objects of a study for good', done: 'deleted' },
} as const;

const ofRejected = (verb: keyof typeof verbs, surroundings: Surroundings): Command =>
  withServer(new Command(verb))
    .description(verbs[verb].description)
    .argument('<study>', 'Study Instance UID')
    .action(async (study: string, options: ServerOptions, self: Command) => {
      const given = { ...self.parent?.opts(), ...options };
      const path = `/api/rejected/${encodeURIComponent(study)}/${verb}`;
      const outcome = factsOf(await ask(path, { method: 'POST' }, given, surroundings));
      surroundings.print(`${counted(number(outcome, 'instances'), 'object is', 'objects are')} ${verbs[verb].done}`);
    });

/** The command. */
export function storage(surroundings: Surroundings): Command {
  const command = withServer(new Command('storage'))
    .description('how full a running server is, what would go by itself, and deleting in two steps')
    .option('--json', 'JSON instead of tables')
    .addHelpText(
      'after',
      '\nExamples:\n  concord storage\n  concord storage study 1.2.840.1\n  concord storage reject 1.2.840.1 --reason "sent twice"',
    )
    .action((options: StorageOptions) => used(options, surroundings));
  for (const made of [keeping, preview, reject, rejected]) command.addCommand(made(surroundings).exitOverride());
  for (const verb of ['restore', 'purge'] as const) command.addCommand(ofRejected(verb, surroundings).exitOverride());
  return command;
}
