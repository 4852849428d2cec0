// A web server over a real archive, empty or filled, and an empty worklist, for tests that store and retrieve.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { isStorageSopClass } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import { createCommitmentRequests } from '../src/commitment/commitment-requests.ts';
import { createTransactions } from '../src/commitment/transactions.ts';
import { createJobStore } from '../src/jobs/job-store.ts';
import { createNonPatientObjects } from '../src/non-patient/non-patient-objects.ts';
import { createStatesOfStudy } from '../src/presentation-states/states-of-study.ts';
import { createProcedureSteps } from '../src/unified-procedure-step/procedure-steps.ts';
import { createEventDelivery } from '../src/unified-procedure-step/tell.ts';
import type { WebServerParts } from '../src/web/web-server.ts';
import { type Made, madeFile } from './instances.ts';
import { openRealArchive } from './real-archive.ts';
import { startWeb, webParts } from './web.ts';

const nothing = () => undefined;

export const startDicomweb = async (t: TestContext, overrides: Partial<WebServerParts> = {}) => {
  const imaging = overrides.imaging ?? createImagingPool({ threads: 1 });
  const { archive, database, complaints } = await openRealArchive(t);
  const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const delivery = createEventDelivery({ database, destination: () => undefined, now: () => new Date(), log: quiet });
  t.after(delivery.close);
  const steps = createProcedureSteps({ database, events: delivery, now: () => new Date(), log: quiet });
  const nonPatient = createNonPatientObjects(database, () => new Date());
  const commitmentRequests = createCommitmentRequests({
    archive,
    isWhole: async () => true,
    takes: isStorageSopClass,
    database,
    transactions: createTransactions(database),
    jobs: createJobStore(database, () => new Date()),
    wake: nothing,
    now: () => new Date(),
    log: quiet,
  });
  const presentationStates = createStatesOfStudy({ database, archive, maskStates: 'shown' });
  const { parts, log } = webParts({
    ...{ archive, imaging, steps, delivery, presentationStates, nonPatient, commitmentRequests },
    ...overrides,
  });
  const web = await startWeb(t, parts);
  if (overrides.imaging === undefined) t.after(() => imaging.close());
  return { ...web, archive, database, complaints, steps, log, service: `${web.url}/dicom-web` };
};

/** The same with these instances in it, stored one after the other; `get` asks its DICOMweb service. */
export const startFilled = async (t: TestContext, files: readonly Made[], overrides: Partial<WebServerParts> = {}) => {
  const web = await startDicomweb(t, overrides);
  for (const made of files) {
    const sent = { method: 'POST', body: madeFile(made), headers: { 'content-type': 'application/dicom' } };
    const stored = await fetch(`${web.service}/studies`, sent);
    assert.ok(stored.ok, await stored.text()); // 202: what is wrong with it was said
  }
  const get = (path: string, accept = '*/*', headers: Record<string, string> = {}) =>
    fetch(`${web.service}${path}`, { headers: { accept, ...headers } });
  return { ...web, get };
};
