// Work items for tests, with everything the standard asks for at creation and at completion.
import type { DataSet } from '@concord/dicom';
import { dataSetOf, type Values } from './data-sets.ts';

export const code = (value: string): DataSet =>
  dataSetOf({ CodeValue: value, CodingSchemeDesignator: '99TEST', CodeMeaning: `code ${value}` });

export const scheduledStep = (values: Values = {}): DataSet =>
  dataSetOf({
    SpecificCharacterSet: 'ISO_IR 192',
    ProcedureStepState: 'SCHEDULED',
    ScheduledProcedureStepPriority: 'MEDIUM',
    ProcedureStepLabel: 'Segment the liver',
    WorklistLabel: 'Liver',
    ScheduledProcedureStepStartDateTime: '20260102101500',
    InputReadinessState: 'READY',
    PatientName: 'Müller^Jürgen',
    PatientID: 'P1',
    ScheduledWorkitemCodeSequence: [code('1')],
    InputInformationSequence: [],
    ...values,
  });

/** What a performer adds before the step may be COMPLETED. */
export const performed = (): DataSet =>
  dataSetOf({
    UnifiedProcedureStepPerformedProcedureSequence: [
      dataSetOf({
        PerformedStationNameCodeSequence: [code('S')],
        PerformedProcedureStepStartDateTime: '20260102101600',
        PerformedWorkitemCodeSequence: [code('1')],
        PerformedProcedureStepEndDateTime: '20260102102000',
        OutputInformationSequence: [],
      }),
    ],
  });
