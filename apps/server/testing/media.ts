// Media as other programs make them, and what tests ask of the interface that reads them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSet } from '@concord/dicom';
import type { MediaAction } from '../src/media/actions.ts';
import { madeDataSet } from './instances.ts';
import { run } from './programs.ts';

/** An object of a medium: a CT slice, with what is said otherwise. */
export interface OnMedium {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A data set of a patient of one's own; names and UIDs by number. */
export const slice = (
  patient: number,
  instance: number,
  change: (dataSet: DataSet) => void = () => undefined,
): DataSet => {
  const study = `1.2.826.0.44.${patient}`;
  return madeDataSet({
    ...{ study, series: `${study}.1`, instance: `${study}.1.${instance}`, instanceNumber: instance },
    ...{ patientId: `M${patient}`, patientName: `Media^Number${patient}` },
    change: (dataSet) => {
      dataSet.set('StudyID', `S${patient}`);
      dataSet.set('ImageType', ['ORIGINAL', 'PRIMARY', 'AXIAL']);
      change(dataSet);
    },
  });
};

/** Writes the files and has DCMTK make their DICOMDIR. */
export async function makeDisc(
  folder: string,
  files: readonly OnMedium[],
  ...options: readonly string[]
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const names = files.map(({ name }) => name);
  const asked = ['+id', folder, '+D', join(folder, 'DICOMDIR'), '+I', '-W', '+F', 'TESTDISC', ...options, ...names];
  const { exitCode, output } = await run('dcmmkdir', ...asked);
  assert.equal(exitCode, 0, output);
}

const over: readonly string[] = ['done', 'failed', 'cancelled'];

/** The interface of media on a server of this machine. */
export const mediaClient = (httpPort: number) => {
  const origin = `http://127.0.0.1:${httpPort}`;
  const call = async (method: string, path: string, body?: object | Uint8Array<ArrayBuffer>) => {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${origin}/api/media${path}`, {
      method,
      ...(body && { body: isBytes ? body : JSON.stringify(body) }),
      headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
    });
    return { status: response.status, body: await response.json() };
  };
  const get = async (path: string) => (await call('GET', path)).body;
  /** Waits for its end. */
  const ended = async ({ status, body }: Awaited<ReturnType<typeof call>>): Promise<MediaAction> => {
    assert.equal(status, 200, JSON.stringify(body));
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      const action = await get(`/actions/${body.action}`);
      if (over.includes(action.state)) return action;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return assert.fail(`the action does not end: ${JSON.stringify(body)}`);
  };
  /** The id of the medium. */
  const opened = async (answer: Awaited<ReturnType<typeof call>>): Promise<string> => {
    const { state, medium, detail } = await ended(answer);
    assert.equal(state, 'done', detail);
    return medium;
  };
  return {
    origin,
    call,
    get,
    ended,
    open: async (path: string) => opened(await call('POST', '/folders/open', { path })),
    upload: async (): Promise<string> => (await call('POST', '/uploads')).body.upload,
    openUpload: async (upload: string) => opened(await call('POST', `/uploads/${upload}/open`, { title: 'an upload' })),
    act: async (medium: string, kind: 'show' | 'import' | 'send', wish: object = {}) =>
      ended(await call('POST', `/opened/${medium}/actions`, { kind, ...wish })),
    /** SOP Instance UIDs that a DICOMweb service has. */
    instances: async (service: string): Promise<readonly string[]> => {
      const response = await fetch(`${origin}${service}/instances`);
      if (response.status !== 200) return [];
      const found: readonly { '00080018': { Value: [string] } }[] = await response.json();
      return found.map((each) => each['00080018'].Value[0]).sort();
    },
  };
};
