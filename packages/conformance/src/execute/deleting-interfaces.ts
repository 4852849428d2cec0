// HTTP interfaces by which a peer deletes instances: Orthanc's REST interface, and the administration API of Concord.
import { z } from 'zod';
import type { Ask } from './http-json.ts';
import { testPatientPrefix } from './test-data.ts';

/** An instance of a study that is there, as the peer says. */
export interface FoundInstance {
  /** What the interface deletes it by. */
  readonly id: string;
  readonly sopInstanceUid: string;
  readonly patientId: string;
}

/** Instances of one study that the run made, and how many more there are. */
export interface StudyThere {
  readonly studyInstanceUid: string;
  readonly ours: readonly FoundInstance[];
  readonly others: number;
}

export interface DeletingInterface {
  readonly name: string;
  readonly isThere: (ask: Ask) => Promise<boolean>;
  /** Rejects where the peer does not answer as it should. */
  readonly find: (ask: Ask, studyInstanceUid: string) => Promise<readonly FoundInstance[]>;
  /** Why they are there still; undefined where they were deleted. Rejects as `find`. */
  readonly delete: (ask: Ask, study: StudyThere) => Promise<string | undefined>;
}

/** What a request is answered. Throws where it fails, or the answer is another one. */
async function asked<T>(ask: Ask, schema: z.ZodType<T>, ...request: Parameters<Ask>): Promise<T> {
  const { status, json } = await ask(...request);
  const [method, path] = request;
  if (status < 200 || status > 299) throw new Error(`${method} ${path} is answered ${status}`);
  const read = schema.safeParse(json);
  if (!read.success) throw new Error(`the answer to ${method} ${path} is not understood`);
  return read.data;
}

const orthancSystem = z.object({ ApiVersion: z.number() });
const orthancInstances = z.array(z.object({ ID: z.string(), MainDicomTags: z.object({ SOPInstanceUID: z.string() }) }));

const orthanc: DeletingInterface = {
  name: 'REST interface of Orthanc',
  isThere: async (ask) => orthancSystem.safeParse((await ask('GET', 'system')).json).success,
  find: async (ask, studyInstanceUid) => {
    const query = { StudyInstanceUID: studyInstanceUid, PatientID: `${testPatientPrefix}-*` };
    const request = { Level: 'Instance', Expand: true, Query: query };
    const found = await asked(ask, orthancInstances, 'POST', 'tools/find', request);
    return found.map(({ ID: id, MainDicomTags: { SOPInstanceUID: sopInstanceUid } }) => ({
      id,
      sopInstanceUid,
      patientId: `${testPatientPrefix}-`,
    }));
  },
  delete: async (ask, { ours }) => {
    for (const { id } of ours) await asked(ask, z.unknown(), 'DELETE', `instances/${id}`);
    return undefined;
  },
};

const note = { by: 'conformance test', reason: 'test objects of an interoperability test' };

/** A text attribute of the DICOM JSON Model. PS3.18 F.2 */
const attribute = z
  .object({ Value: z.array(z.string()).optional() })
  .optional()
  .transform((each) => each?.Value?.[0] ?? '');
const instances = z.array(z.object({ '0020000E': attribute, '00080018': attribute, '00100020': attribute }));
const rejected = z.array(z.object({ studyInstanceUid: z.string(), instances: z.number() }));
const changed = z.object({ instances: z.number() });

/** Rejecting takes a whole study, purging all of it that is rejected: neither is done where somebody else has anything of it. */
const concord: DeletingInterface = {
  name: 'administration API of Concord',
  isThere: async (ask) => rejected.safeParse((await ask('GET', 'api/rejected')).json).success,
  find: async (ask, studyInstanceUid) => {
    const path = `dicom-web/studies/${studyInstanceUid}/instances?includefield=00100020`;
    const { status, json } = await ask('GET', path);
    if (status === 204 || status === 404) return [];
    const found = await asked(async () => ({ status, json }), instances, 'GET', path);
    return found.map((each) => ({
      id: each['0020000E'],
      sopInstanceUid: each['00080018'],
      patientId: each['00100020'],
    }));
  },
  delete: async (ask, { studyInstanceUid: study, ours, others }) => {
    const before = await asked(ask, rejected, 'GET', 'api/rejected');
    if (before.some(({ studyInstanceUid }) => studyInstanceUid === study))
      return 'other instances of the study are rejected, and would be purged with them';
    const refused = others === 0 ? await rejectWhole(ask, study, ours.length) : await rejectEach(ask, study, ours);
    if (refused !== undefined) return refused;
    await asked(ask, changed, 'POST', `api/rejected/${study}/purge`, note);
    return undefined;
  },
};

/** What came into the study since it was looked at is put back. */
async function rejectWhole(ask: Ask, study: string, count: number): Promise<string | undefined> {
  const { instances: taken } = await asked(ask, changed, 'POST', `api/storage/studies/${study}/reject`, note);
  if (taken === count) return undefined;
  await asked(ask, changed, 'POST', `api/rejected/${study}/restore`, note);
  return 'something else came into the study meanwhile: all of it was put back';
}

async function rejectEach(ask: Ask, study: string, ours: readonly FoundInstance[]): Promise<string | undefined> {
  for (const { id, sopInstanceUid } of ours) {
    const path = `dicom-web/studies/${study}/series/${id}/instances/${sopInstanceUid}`;
    const { status } = await ask('DELETE', path);
    if (status === 405) return 'the study holds instances of others too, and the setting webDelete is off';
    if (status !== 204) throw new Error(`DELETE ${path} is answered ${status}`);
  }
  return undefined;
}

/** In the order in which they are looked for. */
export const deletingInterfaces: readonly DeletingInterface[] = [orthanc, concord];
