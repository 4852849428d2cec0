// What a key object selection document is made from. PS3.3 A.35.4
import type { DataSet } from '@concord/dicom';
import type { TitleGroup } from './title-group.ts';
import type { Code } from './titles.ts';

/** One object that is selected. */
export interface Reference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly kind: 'IMAGE' | 'WAVEFORM' | 'COMPOSITE';
  /** From 1; none: the whole object. */
  readonly frames: readonly number[];
}

/** What is said of them. */
export interface Selected {
  readonly title: Code;
  readonly modifier?: Code | undefined;
  readonly description?: string | undefined;
  /** Person Name of who chose. */
  readonly observer?: string | undefined;
  readonly references: readonly Reference[];
}

/** The names of one document. */
export interface DocumentName {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export interface DocumentFacts extends Selected, DocumentName {
  /** An object of the study: patient and study are as it came with them. */
  readonly like: DataSet;
  readonly seriesNumber: number;
  /** The same document in the other studies that objects of are selected. */
  readonly identical: readonly DocumentName[];
  readonly group: TitleGroup;
  readonly at: Date;
  readonly version: string;
}
