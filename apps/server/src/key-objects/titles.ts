// Titles of key object selections and their modifiers, as the standard has them. PS3.16 CID 7010, 7011, 7012

/** A coded term. PS3.3 8.8 */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

const coded =
  (scheme: string) =>
  (line: string): Code => ({ value: line.slice(0, 6), scheme, meaning: line.slice(7) });

const list = (lines: string): readonly Code[] => lines.trim().split('\n').map(coded('DCM'));

/** The version of CID 7010 that names of extensions are given beside. PS3.3 8.3 */
export const titleGroupVersion = '20040920';
export const titleGroup = '7010';

/** CID 7010 in the edition 2023a, without the signed ones: what is made here is not signed. */
export const standardTitles = list(`
113000 Of Interest
113001 Rejected for Quality Reasons
113002 For Referring Provider
113003 For Surgery
113004 For Teaching
113005 For Conference
113006 For Therapy
113007 For Patient
113008 For Peer Review
113009 For Research
113010 Quality Issue
113013 Best In Set
113018 For Printing
113020 For Report Attachment
113021 For Litigation
113022 Collection of Presentation States
113030 Manifest
113032 Complete Study Content
113034 Complete Acquisition Content
113036 Group of Frames for Display
113037 Rejected for Patient Safety Reasons
113038 Incorrect Modality Worklist Entry
113039 Data Retention Policy Expired
128180 For RT Workflow
128181 Diagnostic Source Images
128182 Segmentation Result
128183 Registration Result
128184 Pre-Planning Result
128185 RT Prescription Result
128186 Dose Calculation Image Series
128187 Coordinate Alignment Image Series
128188 RT Treatment Simulation Result
128189 RT Planning Result
128190 Dosimetric Result
128191 Patient Setup Verification Result
128192 RT Treatment Session Result
128193 RT Treatment Course Summary
128194 RT Treatment QA Result
128195 For Diagnosis
128196 For Segmentation
128197 For RT Prescription
128198 For RT Treatment Planning
128199 For Plan Comparison
128200 For RT Plan Summation
128201 For Physician Review
128202 For Physicist Review
128203 For Tumor Board
128204 For Plan Quality Assurance
128205 For Machine Quality Assurance
128206 For Patient Setup Verification
128207 For Clinical Trial Submission
128208 For Tumor Registry
128209 RT Workflow Input Used
128210 RT Prescription Input Used
128211 RT Treatment Planning Input Used
128212 RT Plan Summation Input Used
128213 Physician Review Input Used
128214 Physicist Review Input Used
128215 Plan Quality Assurance Input Used
128216 Machine Quality Assurance Input Used
128217 Patient Setup Verification Input Used
128218 Diagnosis Input Used
128219 Contouring Input Used
128220 Plan Comparison Input Used
128221 Tumor Board Input Used
128222 Tumor Registry Input Used
128223 Clinical Trial Submission Input Used
128710 For Teaching File Export
128711 For Clinical Trial Export
128713 For Research Collection Export
128714 For Publication Export
130370 RTV Rendition
130371 RTV Audio and Video Rendition
130372 RTV Stereo Video Rendition
130373 RTV Audio and Stereo Video Rendition
`);

/** Why images are rejected, or what is wrong with them. CID 7011 */
const qualityReasons = list(`
111207 Image artifact(s)
111208 Grid artifact(s)
111209 Positioning
111210 Motion blur
111211 Under exposed
111212 Over exposed
111213 No image
111214 Detector artifact(s)
111215 Artifact(s) other than grid or detector artifact
111216 Mechanical failure
111217 Electrical failure
111218 Software failure
111219 Inappropriate image processing
111220 Other failure
111221 Unknown failure
113026 Double exposure
`);

/** Of what an image is the best. CID 7012 */
const sets = list(`
113014 Study
113015 Series
113016 Performed Procedure Step
113017 Stage-View
`);

/** What a title can or must be modified by. TID 2010, rows 3 and 4 */
export interface Modifiers {
  readonly codes: readonly Code[];
  readonly required: boolean;
}

const reasons: Modifiers = { codes: qualityReasons, required: false };
const none: Modifiers = { codes: [], required: false };
const byTitle: ReadonlyMap<string, Modifiers> = new Map([
  ['113001', reasons],
  ['113010', reasons],
  ['113013', { codes: sets, required: true }],
]);

export const modifiersOf = ({ value, scheme }: Code): Modifiers => (scheme === 'DCM' && byTitle.get(value)) || none;
