// Every task by name, for the threads that load no more than the one they do.
import type { Unnamed } from '../new-file.ts';
import type { DeidentifyTask, NewFile } from './deidentify.ts';
import type { Dumped, DumpTask } from './dump.ts';
import type { JsonTask } from './json.ts';
import type { ModifyTask } from './modify.ts';
import type { ReidentifyTask } from './reidentify.ts';
import type { Task } from './task.ts';
import type { FileFindings, ValidateTask } from './validate.ts';

/** Options and result of each. */
export interface Tasks {
  readonly deidentify: { readonly options: DeidentifyTask; readonly result: NewFile };
  readonly reidentify: { readonly options: ReidentifyTask; readonly result: { readonly file: Unnamed } };
  readonly dump: { readonly options: DumpTask; readonly result: Dumped };
  readonly json: { readonly options: JsonTask; readonly result: undefined };
  readonly modify: { readonly options: ModifyTask; readonly result: undefined };
  readonly validate: { readonly options: ValidateTask; readonly result: FileFindings };
}
export type TaskName = keyof Tasks;

type Opener<Name extends TaskName> = (options: Tasks[Name]['options']) => Task<Tasks[Name]['result']>;

const openers: { readonly [Name in TaskName]: () => Promise<Opener<Name>> } = {
  deidentify: async () => (await import('./deidentify.ts')).deidentifyTask,
  reidentify: async () => (await import('./reidentify.ts')).reidentifyTask,
  dump: async () => (await import('./dump.ts')).dumpTask,
  json: async () => (await import('./json.ts')).jsonTask,
  modify: async () => (await import('./modify.ts')).modifyTask,
  validate: async () => (await import('./validate.ts')).validateTask,
};

/** The task, ready for files. */
export async function openTask<Name extends TaskName>(
  name: Name,
  options: Tasks[Name]['options'],
): Promise<Task<Tasks[Name]['result']>> {
  const open: Opener<Name> = await openers[name]();
  return open(options);
}
