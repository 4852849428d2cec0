// Shapes of answers for the web interface, which takes types from here and nothing else.
export type { Alert } from '../alerts/alert.ts';
export type { ExamType, ExamTypeOfStudy } from '../exam-types/exam-types.ts';
export type { Queue } from '../jobs/job-reading.ts';
export type { StudyKeyObjects } from '../key-objects/key-objects-of-study.ts';
export type { StudyPresentationState } from '../presentation-states/states-of-study.ts';
export type { LedgerLine, RefusedObject, Sent, StudyLedger } from '../transfers/ledger/ledger-shape.ts';
