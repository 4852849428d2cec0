// `concord patients`: what waits to be put right on a running server, putting it right, what was done, and taking it back.
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { collectKeys, type Key } from './keys.ts';
import { ask, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';

interface ActOptions extends ServerOptions {
  readonly reason?: string;
  readonly by?: string;
}

const examples = `
A patient is named by its ID, with the issuer behind a backslash where there is one ('123\\HOSPITAL'), or by one of its studies
(study:1.2.840.1). Nothing is lost: stored objects stay as they are, every act is an event, and \`undo\` takes it back.

Examples:
  concord patients
  concord patients correct 123 PatientName=Doe^Jane PatientBirthDate=19600101 --reason 'typed wrong'
  concord patients correct-study 1.2.840.1 'StudyDescription=CT Chest'
  concord patients known 456
  concord patients move 1.2.840.1 456
  concord patients merge 123 456
  concord patients protect 1.2.840.1 --reason 'teaching file'
  concord patients history --study 1.2.840.1
  concord patients undo 019a2b3c4d5e`;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);
const textOf = (fields: Fields, name: string): string => String(fields[name] ?? '');

/** `123`, `123\HOSPITAL`, `study:1.2.3` */
const patientOf = (text: string) => {
  if (text.startsWith('study:')) return { studyInstanceUid: text.slice('study:'.length) };
  const [patientId = '', issuer] = text.split('\\');
  return { patientId, ...(issuer !== undefined && { issuer }) };
};

const valuesOf = (keys: readonly Key[]) => Object.fromEntries(keys.map(({ path, value }) => [path, value]));

/** The command. */
export function patients(surroundings: Surroundings): Command {
  const act = async (what: object, options: ActOptions) => {
    const { reason = '', by } = options;
    const json = { act: what, reason, ...(by !== undefined && { by }) };
    const event = fieldsOf(await ask('/api/patients/events', { method: 'POST', json }, options, surroundings));
    surroundings.print(`event ${textOf(event, 'eventId')}: ${textOf(event, 'summary')}`);
  };
  const command = withServer(new Command('patients'))
    .description(
      'patients and studies of a running server that are not right: what waits, putting it right, history, undo',
    )
    .addHelpText('after', examples)
    .action((options: ServerOptions) => waiting(options, surroundings));
  /** A sub-command; options given before its name count too. */
  const verb = (name: string, description: string) =>
    withServer(new Command(name).description(description)).exitOverride();
  const acting = (name: string, description: string) =>
    verb(name, description).option('--reason <text>', 'why').option('--by <name>', 'who acts');
  const given = (own: Command) => ({ ...own.parent?.opts(), ...own.opts() }) as ActOptions;

  command.addCommand(
    acting('correct', 'puts the demographics of a patient right')
      .argument('<patient>', 'ID, or study:UID')
      .argument('<values...>', 'such as PatientName=Doe^Jane', collectKeys)
      .action((ref: string, keys: readonly Key[], _options: unknown, own: Command) =>
        act({ kind: 'correct patient', patient: patientOf(ref), values: valuesOf(keys) }, given(own)),
      ),
  );
  command.addCommand(
    acting('correct-study', 'puts the attributes of a study right')
      .argument('<study>', 'Study Instance UID')
      .argument('<values...>', 'such as StudyDescription=Knee', collectKeys)
      .action((studyInstanceUid: string, keys: readonly Key[], _options: unknown, own: Command) =>
        act({ kind: 'correct study', studyInstanceUid, values: valuesOf(keys) }, given(own)),
      ),
  );
  command.addCommand(
    acting('move', 'moves a study to another patient')
      .argument('<study>', 'Study Instance UID')
      .argument('<patient>', 'ID or ID\\ISSUER; with a PatientName also one that is new')
      .argument('[values...]', 'of a new patient, such as PatientName=Doe^Jane', collectKeys)
      .action(
        (studyInstanceUid: string, ref: string, keys: readonly Key[] | undefined, _options: unknown, own: Command) => {
          const { patientId, issuer } = { issuer: undefined, patientId: undefined, ...patientOf(ref) };
          if (patientId === undefined) throw new CliError('usage', 'name the patient by its ID');
          const to = { ...valuesOf(keys ?? []), PatientID: patientId, ...(issuer && { IssuerOfPatientID: issuer }) };
          return act({ kind: 'move study', studyInstanceUid, to }, given(own));
        },
      ),
  );
  command.addCommand(
    acting('merge', 'puts all studies of one patient to another')
      .argument('<from>', 'ID, or study:UID')
      .argument('<into>', 'ID, or study:UID')
      .action((from: string, into: string, _options: unknown, own: Command) =>
        act({ kind: 'merge patients', from: patientOf(from), into: patientOf(into) }, given(own)),
      ),
  );
  command.addCommand(
    acting('link', 'notes that two patients are one person')
      .argument('<one>', 'ID, or study:UID')
      .argument('<other>', 'ID, or study:UID')
      .action((one: string, other: string, _options: unknown, own: Command) =>
        act({ kind: 'link patients', one: patientOf(one), other: patientOf(other) }, given(own)),
      ),
  );
  command.addCommand(
    acting('accept', 'takes a study out of quarantine as it is')
      .argument('<study>', 'Study Instance UID')
      .action((studyInstanceUid: string, _options: unknown, own: Command) =>
        act({ kind: 'accept study', studyInstanceUid }, given(own)),
      ),
  );
  for (const [name, kind, description] of [
    ['protect', 'protect study', 'keeps a study: neither rules nor people take it out until it is released'],
    ['release', 'release study', 'ends the protection of a study'],
  ] as const)
    command.addCommand(
      acting(name, description)
        .argument('<study>', 'Study Instance UID')
        .action((studyInstanceUid: string, _options: unknown, own: Command) =>
          act({ kind, studyInstanceUid }, given(own)),
        ),
    );
  command.addCommand(
    verb('known', 'who is known under an ID: one patient for each issuer')
      .argument('<id>', 'Patient ID')
      .action((id: string, _options: unknown, own: Command) => known(id, given(own), surroundings)),
  );
  command.addCommand(
    verb('dismiss', 'lets an object that contradicts go: somebody has looked at it')
      .argument('<number...>', 'as `concord patients` shows it')
      .action(async (numbers: readonly string[], _options: unknown, own: Command) => {
        for (const each of numbers) {
          const path = `/api/patients/quarantine/${encodeURIComponent(each)}/dismiss`;
          await ask(path, { method: 'POST' }, given(own), surroundings);
          surroundings.print(`${each} is let go`);
        }
      }),
  );
  command.addCommand(
    verb('history', 'what was done, the newest first')
      .option('--study <uid>', 'only to this study and its patient')
      .action((options: { readonly study?: string }, own: Command) => history(options.study, given(own), surroundings)),
  );
  command.addCommand(
    verb('undo', 'takes an event back')
      .argument('<event>', 'as `history` shows it')
      .action(async (id: string, _options: unknown, own: Command) => {
        const path = `/api/patients/events/${encodeURIComponent(id)}/undo`;
        const event = fieldsOf(await ask(path, { method: 'POST' }, given(own), surroundings));
        surroundings.print(`taken back: ${textOf(event, 'summary')}`);
      }),
  );
  return command;
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

async function waiting(options: ServerOptions, surroundings: Surroundings): Promise<void> {
  const { studies, objects } = fieldsOf(
    await ask('/api/patients/quarantine', { method: 'GET' }, options, surroundings),
  );
  const apart = listOf(studies).map((study) =>
    ['studyInstanceUid', 'patientId', 'patientName', 'knownName', 'why'].map((name) => textOf(study, name)),
  );
  const odd = listOf(objects).map((object) =>
    ['conflict', 'sopInstanceUid', 'studyInstanceUid', 'patientName', 'kind', 'detail'].map((name) =>
      textOf(object, name),
    ),
  );
  await streamingTable(['STUDY', 'PATIENT ID', 'NAMES', 'KNOWN AS', 'WHY'], each(apart), surroundings.print);
  if (apart.length > 0 && odd.length > 0) surroundings.print('');
  await streamingTable(['NUMBER', 'OBJECT', 'OF STUDY', 'OF PATIENT', 'WHAT', 'SAYS'], each(odd), surroundings.print);
  if (apart.length + odd.length === 0) surroundings.note('nothing waits');
}

async function known(patientId: string, options: ServerOptions, surroundings: Surroundings): Promise<void> {
  const path = `/api/patients/known?${new URLSearchParams({ patientId })}`;
  const rows = listOf(await ask(path, { method: 'GET' }, options, surroundings)).map((patient) =>
    ['patientId', 'issuer', 'patientName', 'patientBirthDate', 'patientSex', 'studies'].map((name) =>
      textOf(patient, name),
    ),
  );
  await streamingTable(['PATIENT ID', 'ISSUER', 'NAME', 'BORN', 'SEX', 'STUDIES'], each(rows), surroundings.print);
  if (rows.length === 0) surroundings.note('nobody is known under this ID');
}

async function history(study: string | undefined, options: ServerOptions, surroundings: Surroundings): Promise<void> {
  const path = `/api/patients/events${study === undefined ? '' : `?study=${encodeURIComponent(study)}`}`;
  const rows = listOf(await ask(path, { method: 'GET' }, options, surroundings)).map((event) => [
    ...['eventId', 'at', 'by', 'summary', 'reason'].map((name) => textOf(event, name)),
    textOf(event, 'undoneAt') && `taken back ${textOf(event, 'undoneAt')}`,
  ]);
  await streamingTable(['EVENT', 'WHEN', 'BY', 'WHAT', 'WHY', ''], each(rows), surroundings.print);
}
