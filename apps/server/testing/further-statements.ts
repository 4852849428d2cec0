// Asks an index what no suite asks it in this process: of parts of the program that are tested as whole servers.
import type { TestContext } from 'node:test';
import { silentLog } from '@concord/network';
import { isOpenAlert } from '../src/alerts/alert-rows.ts';
import { arrivedOf, expectationRow, withoutExpectation } from '../src/arrivals/arrival-rows.ts';
import {
  isBeingPerformed,
  missingCounts,
  missingOf,
  namedInstanceRows,
  withoutNames,
} from '../src/arrivals/named-instances.ts';
import { createTransactions } from '../src/commitment/transactions.ts';
import type { Database } from '../src/database/database.ts';
import { dryRun } from '../src/forwarding/dry-run.ts';
import { ruleSchema } from '../src/forwarding/rule-schema.ts';
import { createRuleStore } from '../src/forwarding/rule-store.ts';
import { createJobStore } from '../src/jobs/job-store.ts';
import { createKeyObjects } from '../src/key-objects/create-key-objects.ts';
import { createKeyObjectsOfStudy } from '../src/key-objects/key-objects-of-study.ts';
import { createNonPatientObjects } from '../src/non-patient/non-patient-objects.ts';
import { performedProcedureStepServices } from '../src/performed-procedure/handlers.ts';
import { createStatesOfStudy } from '../src/presentation-states/states-of-study.ts';
import { openReconciliation } from '../src/reconciliation/open-reconciliation.ts';
import { createStorageUse } from '../src/retention/storage-use.ts';
import { counted } from '../src/tiers/moving-rows.ts';
import { associationProof, studyProof } from '../src/transfers/ledger/proof.ts';
import { openReceptions } from '../src/transfers/ledger/receptions.ts';
import { refusedObjects } from '../src/transfers/ledger/refused-objects.ts';
import { incompleteStudies, recentStudies, studyLedger } from '../src/transfers/ledger/study-ledger.ts';
import { isSubscribed } from '../src/unified-procedure-step/step-rows.ts';
import { createOrderNumbers } from '../src/worklist/order-numbers.ts';
import { progressOf } from '../src/worklist/progress.ts';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';
import { openRealArchive, type RealArchive } from './real-archive.ts';

const study = '1.2.3';
const at = '2026-01-01T00:00:00.000Z';
const now = () => new Date(at);
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const job = { kind: 'send', priority: 'medium', destination: 'PACS', cause: '', title: '', parameters: {} } as const;

async function jobs(database: Database): Promise<void> {
  const store = createJobStore(database, now);
  const jobId = await store.add(job, [{ sopInstanceUid: '1.2.3.4', sopClassUid: '1.2.3' }]);
  await store.list({ destination: 'PACS', before: '3', states: ['done'], limit: 10 });
  await store.forwarded('PACS', ['1.2.3.4']);
  await store.failures(jobId);
  await store.begun(jobId, [0]);
  await store.notBegun(jobId, [0]);
  await store.brought({ jobId, destination: 'PACS' }, ['1.2.3.4']);
  await store.postpone(jobId, { position: 0, detail: '', unanswered: true });
  await store.settleAll(jobId);
  const decision = { jobId, state: 'sent', detail: '', associationId: '', status: 0 } as const;
  await database.batch([...store.decide(decision, ['1.2.3.4']), store.decideRest(decision), store.begin(jobId)]);
  await database.batch([store.rouse(jobId)]);
  await store.clear('2026');
  const transactions = createTransactions(database);
  await transactions.add({ transactionUid: '1.2', peer: 'PACS', asked: 'by us', jobId, askedAt: at });
  await transactions.ofJob(jobId);
  await transactions.accepted('1.2', at, at);
  await database.batch([transactions.reported('1.2', at, 'PACS')]);
}

async function ledger({ database, archive }: RealArchive): Promise<void> {
  const receptions = await openReceptions({ database, days: 30, now, believedNow: async () => now(), log });
  const origin = { via: 'DIMSE', callingAeTitle: 'CT', associationId: 'a' } as const;
  const dataSet = inPieces(Uint8Array.of(1));
  await receptions.watching(archive).receive({ dataSet, transferSyntaxUid: explicitVrLittleEndian, origin });
  await receptions.settled();
  const said = { source: 'CT', evidence: 'by hand', saidAt: at };
  const named = [{ seriesInstanceUid: '1.2.3.9', sopInstanceUid: '1.2.3.9.1', sopClassUid: '1.2' }];
  await database.batch([
    expectationRow(study, { ...said, seriesInstanceUid: '', count: 9 }),
    ...namedInstanceRows(study, named, said),
  ]);
  await database.batch([
    ...withoutNames(study, ['1.2.3.8'], 'CT'),
    withoutExpectation(study, { seriesInstanceUid: '1.2.3.8', source: 'CT' }),
  ]);
  await missingOf(database, study, 10);
  await missingCounts(database, study);
  await isBeingPerformed(database, study);
  await recentStudies(database, { before: '', limit: 10 });
  await recentStudies(database, { before: at, limit: 10 });
  await incompleteStudies(database, { before: '', limit: 10 });
  await incompleteStudies(database, { before: at, limit: 10 });
  await studyLedger(database, study);
  const parts = { database, associations: async () => [] };
  await Array.fromAsync(studyProof(study, parts));
  await Array.fromAsync(associationProof('a', parts));
}

async function performedSteps(database: Database): Promise<void> {
  const parts = { database, reconsider: nothing, follow: progressOf, randomBytes: () => new Uint8Array(16), now };
  const [steps, retrieve] = performedProcedureStepServices(parts);
  const context = { association: { callingAeTitle: 'CT' } };
  const ask = async (handler: unknown, request: object) => {
    if (typeof handler === 'function') await handler(request, context);
  };
  const uid = { sopInstanceUid: '1.2.77' };
  const begun = dataSetOf({ PerformedProcedureStepStatus: 'IN PROGRESS', Modality: 'CT' });
  begun.set('ScheduledStepAttributesSequence', [
    dataSetOf({ StudyInstanceUID: study }),
    dataSetOf({ StudyInstanceUID: study, ScheduledProcedureStepID: 'S1' }),
  ]);
  await ask(steps?.handlers['N-CREATE'], { ...uid, dataSet: begun });
  await ask(steps?.handlers['N-SET'], { ...uid, dataSet: dataSetOf({ PerformedProcedureStepStatus: 'COMPLETED' }) });
  await ask(retrieve?.handlers['N-GET'], { ...uid, attributeIdentifierList: [] });
}

async function rules({ database, archive }: RealArchive): Promise<void> {
  const store = createRuleStore(database, now);
  const content = ruleSchema.parse({ name: 'all', destinations: ['PACS'] });
  const rule = await store.add(content);
  if (rule) await store.replace(rule, content);
  await store.arrange(rule ? [rule.ruleId] : []);
  if (rule) await store.remove(rule.ruleId);
  const span = { since: '2027', until: '2028', limit: 10 };
  await Array.fromAsync(dryRun(content, span, { archive, database, log: silentLog }));
}

async function keyObjects({ database, archive }: RealArchive): Promise<void> {
  const settings = { keyObjectTitles: [], codingScheme: '99TEST', contextGroupCreator: '' };
  const create = createKeyObjects({ archive, database, settings, aeTitle: 'TEST', made: nothing, now });
  const references = [{ sopInstanceUid: '1.2.3.1.1' }];
  await create({ references, title: '113000', description: '', observer: 'READ^ER' });
  await createKeyObjectsOfStudy({ database, archive })(study);
}

/** Ends with the test. */
export async function askTheRest(t: TestContext): Promise<void> {
  const real = await openRealArchive(t);
  const { database, archive } = real;
  const slice = ctSlice({ StudyInstanceUID: study, SeriesInstanceUID: '1.2.3.1', SOPInstanceUID: '1.2.3.1.1' });
  const origin = { via: 'DIMSE', callingAeTitle: 'CT', associationId: 'a' } as const;
  await archive.receive({ dataSet: inPieces(encoded(slice)), transferSyntaxUid: explicitVrLittleEndian, origin });
  await jobs(database);
  await ledger(real);
  await performedSteps(database);
  await rules(real);
  await keyObjects(real);
  await refusedObjects(database, { before: '', limit: 10 });
  await refusedObjects(database, { before: 'n', limit: 10 });
  await arrivedOf(database, study);
  await createStatesOfStudy({ database, archive, maskStates: 'shown' })(study);
  await createStorageUse(database, { quota: 0, quotaPolicy: 'refuse' })();
  await createOrderNumbers(database)(
    dataSetOf({ PatientID: 'P', StudyDate: '20260101', Modality: 'CT', PatientName: 'DOE^JANE' }),
  );
  const nonPatient = createNonPatientObjects(database, now);
  const approval = dataSetOf({ SOPClassUID: '1.2.840.10008.5.1.4.39.1', SOPInstanceUID: '1.2.9', ContentLabel: 'HOT' });
  await nonPatient.store({ dataSet: encoded(approval), transferSyntaxUid: explicitVrLittleEndian });
  await nonPatient.read('1.2.9');
  await Array.fromAsync(nonPatient.find('color-palettes', dataSetOf({})));
  await isOpenAlert(database, 'nothing');
  await openReconciliation({ database, system: 'T', now, log }).known('P');
  await database.batch([counted(0, 0, at)]);
  await isSubscribed(database, 'A');
  await isSubscribed(database, 'A', '1.2');
}
