// @concord/conformance: conformance statements (PS3.2), generated from what runs. The package's only door.

export { type ChangedVerdict, changedVerdicts } from './compare/changes.ts';
export { type ClaimsReport, type UnmetClaim, unmetClaims } from './compare/claims.ts';
export { claimsDocument } from './compare/claims-document.ts';
export {
  type ComparedDirection,
  type ComparedSystem,
  type Comparison,
  compareStatements,
  isOutOfDate,
  type Question,
} from './compare/compare.ts';
export { comparisonDocument } from './compare/comparison-document.ts';
export type { Link } from './compare/links.ts';
export { compareAll, type Matrix, type MatrixCell, matrixDocument, mostSystems } from './compare/matrix.ts';
export type { MediaRow } from './compare/media.ts';
export type { Pair, Place } from './compare/pairs.ts';
export { contentDigest } from './compare/read-view.ts';
export type { PredictedContext } from './compare/syntaxes.ts';
export type { Reason, Severity, Verdict } from './compare/verdict.ts';
export type { WorkSheetLine } from './compare/work-sheet.ts';
export type { PartVerdict, Workflow } from './compare/workflows.ts';
export { annexNDocument } from './document/annex-n.ts';
export type { StatementDocument, Table } from './document/document.ts';
export { statementDocument } from './document/statement-document.ts';
export { type Cleaner, type CleanUp, cleanerAt, type LeftBehind } from './execute/clean-up.ts';
export type { ExchangedAssociation, ExchangedMessage } from './execute/evidence.ts';
export { type ActiveExecutor, executorEntities, testObjects } from './execute/executor-entities.ts';
export {
  type ChangedResult,
  changedResults,
  failedIn,
  historyOf,
  type ItemHistory,
} from './execute/history.ts';
export { junitXml } from './execute/junit.ts';
export { type Outcome, type Result, results } from './execute/outcome.ts';
export { asRunReport } from './execute/read-report.ts';
export { reportDocument } from './execute/report-document.ts';
export { type ItemResult, type RunOptions, type RunReport, runPlan } from './execute/run.ts';
export type { EncodeTestObject, MediumDrive, OurSide } from './execute/run-context.ts';
export { type Care, defaultCallingAeTitle, defaultCare, type EntityTarget, type Target } from './execute/target.ts';
export { type TestInstance, testPatientIssuer, testPatientPrefix } from './execute/test-data.ts';
export type { ExplainedAssociation, ExplainedContext } from './explain/explanation.ts';
export { explanationDocument, explanationText } from './explain/explanation-text.ts';
export { type Explanation, explainRecording } from './explain/read-recording.ts';
export {
  type AuthoredText,
  bindingNow,
  type Facts,
  factDigest,
  type TextInForce,
  textInForce,
  type WrittenText,
  withTexts,
} from './generate/authored-texts.ts';
export type { BaselineValue, EntityBaseline, GeneralBaseline } from './generate/baseline.ts';
export { type ContentFault, type CreatedObject, contentFaults, tableFor } from './generate/check-contents.ts';
export { type GenerateOptions, generateStatement } from './generate/generate.ts';
export { type AuthorsWords, withHistory } from './generate/history.ts';
export { named } from './generate/names.ts';
export {
  type BuiltAttribute,
  type BuiltContentItem,
  createdObjectsOf,
  type ObjectBuilder,
} from './generate/object-contents.ts';
export type {
  DescribedEntity,
  DescribedManagement,
  DescribedRemote,
  DescribedSetting,
  DescribedSystem,
  Effective,
} from './generate/system.ts';
export type { Doubt } from './import/doubt.ts';
export { type ImportedStatement, importStatementText } from './import/import-text.ts';
export { type RecognisedFact, recognisedFacts } from './import/recognised.ts';
export { checkMedium, type Medium, type MediumReport } from './medium/check-medium.ts';
export { folderDrive, folderMedium } from './medium/folder-medium.ts';
export type { Annexes, CharacterSets, Security } from './model/annexes.ts';
export { canonicalJson, statementDigest } from './model/canonical.ts';
export { type GlossaryTerm, glossary } from './model/glossary.ts';
export { statementJsonSchema } from './model/json-schema.ts';
export { parseStatementText } from './model/parse-text.ts';
export { provenanceIn, sourceText } from './model/provenance.ts';
export { asStatement, type Fault, readStatement, StatementError } from './model/read-statement.ts';
export { type Statement, schemaVersion } from './model/statement.ts';
export type { TextBlock } from './model/text-blocks.ts';
export { approvePlan, editPlan, isApproved, notRunnable, type PlanEdit, PlanError } from './plan/approval.ts';
export type { Check, CheckedKey, ExpectedContext, ExpectedRejection } from './plan/check.ts';
export { type CoveredRow, coverageOf } from './plan/coverage.ts';
export type { Automation, ItemKind, PlanItem, Priority, Safety } from './plan/item.ts';
export {
  type Approval,
  createPlan,
  type Load,
  type Plan,
  type PlanChange,
  type PlanOptions,
  planDigest,
} from './plan/plan.ts';
export { type PlanDifference, planDifference } from './plan/plan-changes.ts';
export { planCsv, planDocument, planMarkdown } from './plan/plan-document.ts';
export { isPreCheck, type PreparationLine, preparationOf } from './plan/preparation.ts';
export { asPlan } from './plan/read-plan.ts';
export type { Observation, SeenClass, SeenQuery } from './probe/observation.ts';
export { observedStatement } from './probe/observed-statement.ts';
export { type ProbeOptions, probe } from './probe/probe.ts';
export { renderCsv, tablesOf } from './render/csv.ts';
export { renderDocBook } from './render/docbook.ts';
export { renderHtml } from './render/html.ts';
export { renderMarkdown } from './render/markdown.ts';
export { openPdf, type Renderer, renderers } from './render/renderers.ts';
export type { TemplateField } from './template/field.ts';
export { templateFields, valuesOfField } from './template/template-fields.ts';
export { templateJsonSchema, templateView } from './template/template-view.ts';
export {
  type Decision,
  type Judged,
  type Judgement,
  judged,
  judgementSchema,
  type Waiver,
} from './validate/judgement.ts';
export { openBecause } from './validate/open-because.ts';
export type { Decider, Finding, Level, Rule } from './validate/rule.ts';
export { decisionsOfRun } from './validate/run-decisions.ts';
export { rules, type Validation, validate, validateMarkdown } from './validate/validate.ts';
export { validationDocument, validationSummary, validationText } from './validate/validation-report.ts';
