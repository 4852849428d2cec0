// A store of orders over an index of a test's own, and orders for it.
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { newUid } from '@concord/dicom';
import {
  type OrderAttribute,
  requestAttributes,
  requestNames,
  stepAttributes,
  stepNames,
  vrOf,
} from '../src/worklist/attributes.ts';
import { createOrders, type OrderSettings } from '../src/worklist/orders.ts';
import { readOrder } from '../src/worklist/read-order.ts';
import { temporaryFolder } from './real-archive.ts';
import { openTestIndex } from './test-index.ts';

/** A CT of the head of Jane Doe; whatever is given replaces or adds to what it says. */
export const anOrder = (values: object = {}, ...steps: readonly object[]) =>
  readOrder({
    patientName: 'DOE^JANE',
    patientId: 'P1',
    ...values,
    steps: (steps.length > 0 ? steps : [{}]).map((step) => ({
      modality: 'CT',
      startDate: '20260302',
      startTime: '1000',
      ...step,
    })),
  });

export const orderSettings: OrderSettings = { worklistUntil: 'ended', worklistKeep: 30, worklistHistory: 90 };

/** In the time zone of this machine, as orders are meant. */
export const monday = new Date(2026, 2, 2, 9, 0, 0);

export async function openOrders(t: TestContext, settings: Partial<OrderSettings> = {}) {
  const database = await openTestIndex(await temporaryFolder());
  t.after(() => database.close());
  let [count, now] = [0, monday];
  const orders = createOrders({
    database,
    settings: { ...orderSettings, ...settings },
    identifiers: {
      uid: () => newUid(randomBytes(16)),
      number: () => {
        count += 1;
        return `RP${count}`;
      },
    },
    now: () => now,
    believedNow: async () => now,
  });
  return {
    database,
    orders,
    setNow: (date: Date) => {
      now = date;
    },
  };
}

const codes = [{ value: 'K1', scheme: '99TEST', meaning: 'Knee' }];

/** Of the day, with a value for everything that an order may say, as JSON has it. */
export function fullOrder(now: Date): object {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const values = (names: readonly string[], attributes: Readonly<Record<string, OrderAttribute>>) =>
    Object.fromEntries(names.map((name) => [name, valueFor(vrOf(attributes[name]?.keyword ?? 'PatientName'), day)]));
  const request = values(requestNames, requestAttributes);
  return {
    ...{
      ...request,
      studyInstanceUid: '1.2.3.4.5.6',
      patientWeight: '62',
      patientSex: 'F',
      patientSexNeutered: 'ALTERED',
    },
    steps: [{ ...values(stepNames, stepAttributes), modality: 'CT' }],
  };
}

function valueFor(vr: string, day: string): unknown {
  const values: Readonly<Record<string, unknown>> = {
    ...{ SQ: codes, DA: day, TM: '1015', DS: '1', US: '4', CS: 'CODE', AE: 'CT1', PN: 'Zztest^Order', UI: '1.2.3' },
  };
  return values[vr] ?? 'ZZ text';
}
