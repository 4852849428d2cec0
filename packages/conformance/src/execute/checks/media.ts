// Checks of media: what the system wrote is measured; what it shall read is written for it, and looked for by queries afterwards. PS3.2 7.2, PS3.10
import { setTimeout as wait } from 'node:timers/promises';
import { explicitVrLittleEndian } from '@concord/dicom';
import { checkMedium } from '../../medium/check-medium.ts';
import { mediumFiles } from '../../medium/write-medium.ts';
import type { Check } from '../../plan/check.ts';
import { isMakable } from '../../plan/syntaxes.ts';
import { byDifferences, inconclusive, type Outcome, outcomeOfError } from '../outcome.ts';
import type { MediumDrive, RunContext } from '../run-context.ts';
import { freshUid, type TestInstance, testInstance } from '../test-data.ts';
import { missingOf } from './found.ts';

type Written = Extract<Check, { kind: 'medium written' }>;
type Read = Extract<Check, { kind: 'medium read' }>;

/** Milliseconds between looks. */
const between = 200;

const noDrive = (expected: string): Outcome => ({
  result: 'not run',
  expected,
  observed: 'it has not been said which folder the medium is',
});

/** Waits until `there` is true, for as long as the run has patience. */
async function until(run: RunContext, there: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + run.care.patience * 1000;
  while (!(await there())) {
    if (Date.now() > deadline) return false;
    await wait(between, undefined, { signal: run.signal });
  }
  return true;
}

export async function mediumWritten(run: RunContext, { profile }: Written): Promise<Outcome> {
  const expected = `nothing is wrong by ${profile}`;
  const { drive } = run;
  if (!drive) return noDrive(expected);
  run.ask(`At the system under test: write the marked test patient under ${profile}; the medium is ${drive.where}`);
  const there = await until(run, async () => (await drive.read()).files.includes('DICOMDIR'));
  if (!there) return { result: 'not run', expected, observed: `no DICOMDIR within ${run.care.patience} s` };
  const report = await checkMedium(await drive.read(), [profile]);
  for (const note of report.notes) run.evidence.note(note);
  const observed = `${report.instances} instances in ${report.files} files`;
  const findings = [...report.findings, ...report.profiles.flatMap((each) => each.findings)];
  if (findings.length === 0 && report.instances === 0) return inconclusive(expected, 'the medium holds no instance');
  return byDifferences(expected, observed, findings);
}

/** One instance for each class and syntax, each in a series of its own; what cannot be made is left out. */
async function instancesFor(run: RunContext, { instances }: Read): Promise<readonly TestInstance[]> {
  const studyInstanceUid = freshUid();
  const made: TestInstance[] = [];
  for (const [index, { sopClass, transferSyntax }] of instances.entries()) {
    const patient = { ...run.patient, studyInstanceUid, seriesInstanceUid: freshUid() };
    const uncompressed = isMakable(transferSyntax);
    const transferSyntaxUid = uncompressed ? transferSyntax : explicitVrLittleEndian;
    const plain = testInstance(patient, sopClass, { transferSyntaxUid, number: index + 1 });
    const instance = uncompressed ? plain : await run.encode?.(plain, transferSyntax, freshUid());
    if (instance) made.push(instance);
    else run.evidence.note(`no encoder for ${transferSyntax}: it is not on the medium`);
  }
  return made;
}

const strangerOf = (run: RunContext): TestInstance =>
  testInstance({ ...run.patient, studyInstanceUid: freshUid() }, freshUid(), {
    transferSyntaxUid: explicitVrLittleEndian,
  });

async function writtenTo(
  drive: MediumDrive,
  instances: readonly TestInstance[],
  stranger: TestInstance,
): Promise<void> {
  for (const [path, bytes] of mediumFiles(instances, stranger)) await drive.write(path, bytes);
}

export async function mediumRead(run: RunContext, check: Read): Promise<Outcome> {
  const { profile, find } = check;
  const expected = 'every instance of the profile is there after the import';
  const { drive } = run;
  if (!drive) return noDrive(expected);
  const instances = await instancesFor(run, check);
  await writtenTo(drive, instances, strangerOf(run));
  run.ask(`At the system under test: import the whole medium (${profile}) at ${drive.where}`);
  if (find === undefined)
    return inconclusive(
      expected,
      `${instances.length} instances are on the medium; whether they are there has to be looked at`,
    );
  try {
    let missing: readonly string[] = [];
    await until(run, async () => {
      missing = await missingOf(run, find, instances);
      return missing.length === 0;
    });
    run.besides.push(...instances.filter(({ sopInstanceUid }) => !missing.includes(sopInstanceUid)));
    const named = new Map(
      instances.map((each) => [each.sopInstanceUid, `${each.sopClassUid} in ${each.transferSyntaxUid}`]),
    );
    return byDifferences(
      expected,
      `${instances.length} instances were imported`,
      missing.map((uid) => `${named.get(uid)} (${uid}) is not there after ${run.care.patience} s`),
    );
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
