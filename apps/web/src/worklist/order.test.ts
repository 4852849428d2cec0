// What the page reads of an order and sends of a form: codes as text and back, empty fields left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asField, type OrderAttribute, orderBody, readOrder, today } from './order.ts';

const attribute = (name: string, vr: string, place: OrderAttribute['place']): OrderAttribute => ({
  ...{ name, vr, place },
  label: name,
  needed: false,
});
const attributes = [
  attribute('patientName', 'PN', 'request'),
  attribute('requestedProcedureCode', 'SQ', 'request'),
  attribute('modality', 'CS', 'step'),
];

test('an order is read as texts, whatever else is sent', () => {
  const order = readOrder({
    studyInstanceUid: '1.2',
    source: 'web',
    patientName: 'Doe^Jane',
    requestedProcedureCode: [{ value: 'K1', scheme: '99L', meaning: 'Knee' }],
    steps: [{ modality: 'CT', state: 'SCHEDULED' }, 'nonsense'],
  });
  assert.equal(order.request.requestedProcedureCode, 'K1^99L^Knee');
  assert.equal(order.request.patientName, 'Doe^Jane');
  assert.deepEqual(order.steps, [{ modality: 'CT', state: 'SCHEDULED' }]);
  assert.deepEqual(readOrder({ steps: 'nonsense', source: 3 }).steps, []);
});

test('a form is sent with what was typed, codes as codes, and nothing that is empty or not declared', () => {
  const typed = { patientName: ' Doe^Jane ', requestedProcedureCode: 'K1^99L^Knee', source: 'x' };
  assert.deepEqual(orderBody(attributes, typed, [{ modality: 'CT', state: 'SCHEDULED' }, { modality: ' ' }]), {
    order: {
      patientName: 'Doe^Jane',
      requestedProcedureCode: [{ value: 'K1', scheme: '99L', meaning: 'Knee' }],
      steps: [{ modality: 'CT' }, {}],
    },
  });
});

test('dates and times are shown as fields of pages have them', () => {
  assert.equal(asField('DA', '20260301'), '2026-03-01');
  assert.equal(asField('TM', '083000'), '08:30');
  assert.equal(asField('LO', '20260301'), '20260301');
  assert.equal(asField('DA', 'soon'), 'soon');
  assert.equal(today(new Date(2026, 2, 1, 23, 59)), '2026-03-01');
});
