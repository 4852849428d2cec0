// What the generated statement tells of configuration, retries, character sets, security and changed values, from the settings in force.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  generateStatement,
  renderers,
  renderHtml,
  type Statement,
  statementDocument,
  validate,
} from '@concord/conformance';
import { formatTag, tagOf } from '@concord/dicom';
import { type BoundService, bind, implementation, verificationScp } from '@concord/network';
import { query, storage } from '../archive/declaration.ts';
import { commitment, commitmentReports } from '../commitment/declaration.ts';
import { requestFields, stepFields } from '../hl7/field-mapping.ts';
import { patientAttributes, studyAttributes } from '../reconciliation/reconciliation.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { type Configuration, settings } from '../settings/settings.ts';
import { annexesOf } from './annexes.ts';
import { systemDecisions } from './decisions.ts';
import { systemDescription } from './describe-system.ts';
import { groupingOf } from './proposed-services.ts';

const never = async () => {
  throw new Error('nothing is asked of it');
};
const services: readonly BoundService[] = [
  verificationScp,
  bind(storage, { 'C-STORE': never }),
  bind(query, {
    async *'C-FIND'() {
      yield { code: 0x0000 };
    },
  }),
  bind(commitment, { 'N-ACTION': never }),
  bind(commitmentReports, { 'N-EVENT-REPORT': never }),
];
const entitiesOf = ({ aeTitle, dicomPort: port }: Configuration) => [
  { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services },
];

function made(file: object = {}, options: Parameters<typeof generateStatement>[1] = { edition: 'as-configured' }) {
  const configuration = readConfiguration(['--config', 'site.json'], {}, () => JSON.stringify(file));
  const ports = new Map([[configuration.aeTitle, 4711]]);
  const statement = generateStatement(systemDescription({ configuration, entities: entitiesOf, ports }), options);
  return { configuration, statement };
}
const networkingOf = ({ networking }: Statement) => {
  assert.ok(networking.state === 'described');
  return networking;
};
const entityOf = (statement: Statement) => {
  const [entity] = networkingOf(statement).applicationEntities;
  assert.ok(entity?.initiation.state === 'described' && entity.acceptance.state === 'described');
  return { ...entity, initiation: entity.initiation, acceptance: entity.acceptance };
};
const objectOf = ({ annexes: { createdObjects } }: Statement, name: string) => {
  assert.ok(createdObjects.state === 'described');
  return (
    createdObjects.objects.find(({ sopClass, variant }) => (variant ?? sopClass.name) === name) ?? assert.fail(name)
  );
};
const textsOf = (statement: Statement): string => JSON.stringify(statementDocument(statement).sections);

describe('activities of what we open', () => {
  const { statement } = made();
  const { initiation, acceptance } = entityOf(statement);

  test('[CS-INI-04] syntaxes stand in the order of proposal, and it is said how they are spread over contexts', () => {
    for (const { contexts, grouping } of initiation.activities) {
      assert.equal(grouping, 'one context per transfer syntax');
      for (const { transferSyntaxes } of contexts)
        assert.equal(new Set(transferSyntaxes.map(({ uid }) => uid)).size, transferSyntaxes.length);
    }
    const words = {
      'all in one': 'one context for all transfer syntaxes',
      'uncompressed apart': 'one context for the uncompressed transfer syntaxes, and one for each other',
      'each and all': 'one context per transfer syntax, and one for all of them',
    } as const;
    for (const [setting, grouping] of Object.entries(words)) {
      const configured = made({ proposalArrangement: setting });
      assert.equal(groupingOf(configured.configuration), grouping);
      assert.equal(entityOf(configured.statement).initiation.activities[0]?.grouping, grouping);
      assert.ok(textsOf(configured.statement).includes(`Proposed: ${grouping}.`));
    }
    assert.throws(() => made({ proposalArrangement: 'somehow' }));
  });

  test('[CS-INI-06] [CS-INI-08] what is used of several, and that no SOP Class is changed, is said of each activity', () => {
    for (const { transferSyntaxChoice, fallback } of initiation.activities) {
      assert.match(transferSyntaxChoice, /Where several contexts of a SOP Class are accepted/);
      assert.equal(fallback, 'The SOP Class of an instance is never changed.');
    }
  });

  test('[CS-INI-09] [CS-ACC-08] each SOP Class of an activity has its part, with statuses, failures and time-outs', () => {
    for (const side of [initiation, acceptance])
      for (const { contexts, sopConformance } of side.activities) {
        const told = new Set(sopConformance.flatMap(({ sopClasses }) => sopClasses));
        for (const { abstractSyntax, commonExtendedNegotiation } of contexts)
          assert.ok(commonExtendedNegotiation || told.has(abstractSyntax.uid), abstractSyntax.uid);
        for (const { statuses, failures, section } of sopConformance) {
          assert.ok(statuses.length > 1 && section.length > 3);
          assert.ok(failures.some(({ behavior }) => /After \d+ s/.test(behavior)));
        }
      }
  });

  test('[CS-INI-14] [CS-INI-15] time-out and abort have their behavior with logging; retries are counted', () => {
    for (const { sopConformance } of initiation.activities)
      for (const { failures, retries, operation, ourRole } of sopConformance) {
        assert.ok(failures.some(({ exception }) => /^Timeout/.test(exception)));
        assert.ok(failures.some(({ exception }) => /aborted/.test(exception)));
        for (const { behavior } of failures) assert.match(behavior, /logged/);
        const asks = (operation === 'N-EVENT-REPORT') === (ourRole === 'SCP');
        if (asks) assert.ok(retries && retries.condition.length > 10, operation);
      }
  });

  test('[CS-INI-10] keys that are asked of others have tag, VR, type and matching', () => {
    const keys = initiation.activities.flatMap(({ sopConformance }) => sopConformance.flatMap((each) => each.keys));
    assert.ok(keys.length > 10);
    for (const { tag, vr, type, matching, returned } of keys) {
      assert.match(tag, /^\([0-9A-F]{4},[0-9A-F]{4}\)$/);
      assert.ok(vr && type && Array.isArray(matching) && typeof returned === 'boolean');
    }
  });

  test('a provider may open an association to us: reports of commitment are accepted as user, beside what we provide', () => {
    const reports = acceptance.activities.filter(({ sopConformance }) =>
      sopConformance.some(({ operation, ourRole }) => operation === 'N-EVENT-REPORT' && ourRole === 'SCU'),
    );
    assert.equal(reports.length, 1);
    assert.equal(reports[0]?.contexts[0]?.role, 'SCU');
    const flow = networkingOf(statement).model.dataFlow.find(({ local }) => local.id === reports[0]?.id);
    assert.equal(flow?.direction, 'accepts');
    const asked = initiation.activities.find(({ sopConformance }) =>
      sopConformance.some(({ operation, ourRole }) => operation === 'N-ACTION' && ourRole === 'SCU'),
    );
    assert.ok(asked?.sopConformance.some(({ operation }) => operation === 'N-EVENT-REPORT'));
  });
});

describe('configuration', () => {
  test('[CS-CFG-01] everything that is configurable elsewhere in the statement has a row or a text in 4.4', () => {
    const { statement } = made();
    const { configuration } = networkingOf(statement);
    const { initiation, acceptance } = entityOf(statement);
    assert.ok(acceptance.associations.configurable);
    const names = configuration.parameters.map(({ name, note = '' }) => `${name} ${note}`).join('\n');
    for (const wanted of [
      'maximumAssociations',
      'maximumPduLength',
      'responseTimeout',
      'aeTitle',
      'dicomPort',
      'callers',
    ])
      assert.ok(names.includes(wanted), wanted);
    assert.ok(!initiation.associations.configurable || /associations/i.test(names));
  });

  test('[CS-NIF-02] protocols beside DICOM are told where the settings put them to use, and not otherwise', () => {
    const told = (file: object) => networkingOf(made(file).statement).interfaces.protocols.join('; ');
    assert.match(told({}), /TCP\/IP; HTTP\/1\.1/);
    assert.doesNotMatch(told({}), /HL7|SNTP|PostgreSQL|S3/);
    assert.match(told({ hl7: 'on' }), /HL7 version 2 over MLLP/);
    assert.match(told({ timeServers: ['ntp.example'] }), /SNTP/);
    assert.match(told({ databaseUrl: 'postgresql://db.example/concord' }), /PostgreSQL/);
    assert.match(told({ moveTo: 's3://old' }), /S3 over HTTP/);
    const peer = { aeTitle: 'WEB', host: 'web.example', port: 104, dicomweb: 'https://web.example/dicom-web' };
    assert.match(told({ peers: [peer] }), /HTTPS as a client/);
    assert.match(textsOf(made({ hl7: 'on' }).statement), /HL7 version 2 over MLLP/);
  });

  test('[CS-CFG-02] it is said how a title becomes an address, here and elsewhere', () =>
    assert.match(
      networkingOf(made().statement).configuration.addressTranslation,
      /title of this system means the host and port.*remote AE title means the host and port/,
    ));

  test('[CS-CFG-05] several remote systems stand in the edition of the site, and in no other', () => {
    const peers = ['ARCHIVE1', 'ARCHIVE2'].map((aeTitle, at) => ({
      aeTitle,
      host: `10.0.0.${at + 1}`,
      port: 104 + at,
    }));
    const site = made({ peers }, { edition: 'as-configured', siteData: true });
    const { remotes } = networkingOf(site.statement).configuration;
    assert.deepEqual(remotes, peers);
    assert.ok(textsOf(site.statement).includes('ARCHIVE2'));
    assert.deepEqual(networkingOf(made({ peers }).statement).configuration.remotes, []);
    assert.throws(() => made({ peers: [{ aeTitle: 'X', host: 'h', port: 0 }] }));
  });

  test('[CS-CFG-08] what is configurable has default and range, with its unit; a value outside is refused', () => {
    const rows = networkingOf(made().statement).configuration.parameters;
    for (const { configurable, default: value, range, name } of rows)
      if (configurable === 'Yes') assert.ok(value.length > 0 && (range ?? '').length > 0, name);
    let numbers = 0;
    for (const [name, setting] of Object.entries(settings)) {
      const [, least, most] = /^(\d+) (?:to|-|–) ?(\d+)/.exec(setting.range) ?? [];
      if (least === undefined || most === undefined || /entries|characters/.test(setting.range)) continue;
      numbers += 1;
      const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      assert.throws(() => readConfiguration([flag, String(Number(most) + 1)], {}), /./, `${name} ${setting.range}`);
    }
    assert.ok(numbers > 10, String(numbers));
  });

  test('[CS-CFG-10] each entity tells its greatest object, PDUs, time-outs, associations, classes and syntaxes', () => {
    const { statement } = made();
    const { id } = entityOf(statement);
    const names = networkingOf(statement)
      .configuration.parameters.filter(({ scope }) => scope === id)
      .map(({ name }) => name);
    for (const wanted of [
      'Size constraint in maximum object size',
      'Maximum PDU size the AE can receive',
      'Maximum PDU size the AE can send',
      'AE specific DIMSE level time-out values',
      'Number of simultaneous Associations by Service and/or SOP Class',
      'SOP Class support',
      'Transfer Syntax support',
    ])
      assert.ok(names.includes(wanted), wanted);
  });
});

describe('words of the introduction', () => {
  const { statement } = made();

  test('[CS-FRONT-12] the audience is told with the name of the product', () => {
    assert.match(statement.introduction.audience, /how Concord will fit into a healthcare facility/);
    assert.match(statement.introduction.audience, /imaging network policy and architecture, and integrators/);
  });

  test('[CS-FRONT-13] [CS-SCOPE-10] the remarks say what a statement can do and what has to be tested', () => {
    const { remarks } = statement.introduction;
    for (const point of [
      /facilitate integration between Concord and other DICOM products/,
      /read together with the DICOM Standard/,
      /does not guarantee interoperability/,
      /only the first step/,
      /test procedures should be defined and carried out/,
    ])
      assert.match(remarks, point);
    assert.match(textsOf(statement), /DICOM by itself does not guarantee interoperability/);
  });

  test('[CS-FRONT-17] the standard is referred to with the address of its free edition and without a date', () => {
    const [standard] = statement.introduction.references;
    assert.match(standard?.identifier ?? '', /PS3/);
    assert.match(standard?.url ?? '', /^https:\/\/www\.dicomstandard\.org/);
    assert.doesNotMatch(JSON.stringify(standard), /\b(?:19|20)\d\d\b/);
  });
});

describe('character sets, security, annexes', () => {
  const { statement } = made();

  test('[CS-CHR-03] [CS-CHR-04] configuration, mapping and presentation of text are told', () => {
    assert.ok(statement.characterSets.state === 'described');
    const { configuration, mapping, supported } = statement.characterSets;
    assert.match(configuration, /Nothing about character sets is configurable/);
    assert.match(mapping, /Instances keep their character set/);
    for (const { services: of, direction } of supported) assert.ok(of.length > 0 && direction);
    assert.ok(supported.some(({ definedTerm }) => definedTerm === 'ISO_IR 192'));
  });

  test('[CS-SEC-01] a security profile is listed where it is configured, with selection and features', () => {
    assert.ok(statement.security.state === 'described');
    const names = (each: Statement) =>
      each.security.state === 'described' ? each.security.profiles.map(({ profile }) => profile) : [];
    assert.ok(!names(statement).some((name) => /TLS/.test(name)));
    const secured = made({ tlsCertificate: '/cert.pem', tlsKey: '/key.pem', tlsProfile: 'BCP 195' }).statement;
    assert.ok(names(secured).some((name) => /BCP 195 TLS/.test(name)));
    assert.ok(secured.security.state === 'described');
    const tls = secured.security.profiles.find(({ profile }) => /TLS/.test(profile));
    assert.match(`${tls?.selection} ${tls?.features}`, /TCP port \d+.*TLS 1\.2 and 1\.3/);
  });

  test('[CS-SEC-06] security of the application is told beside that of DICOM', () =>
    assert.match(textsOf(statement), /Application Level Security.*loopback interface unless told otherwise/));

  const coercionsOf = (each: Statement) => {
    assert.ok(each.annexes.coercion.state === 'described');
    return each.annexes.coercion.rows;
  };
  const bySettings = (each: Statement) => coercionsOf(each).filter(({ source }) => source !== 'USER');

  test('[CS-IOD-09] values that the settings change are told, each with its source and condition; without such settings those that people put right', () => {
    assert.deepEqual(bySettings(statement), []);
    assert.deepEqual(
      coercionsOf(statement).map(({ tag }) => tag),
      [...patientAttributes, ...studyAttributes].map((keyword) => formatTag(tagOf(keyword))),
    );
    const changing = made({
      incomingNames: 'split at comma',
      incomingSex: 'M, F, O or empty',
      incomingDefaults: [{ attribute: 'IssuerOfPatientID', value: 'CLINIC', from: 'SCANNER' }],
    }).statement;
    assert.deepEqual(
      bySettings(changing).map(({ attribute, tag, source, status }) => [attribute, tag, source, status]),
      [
        ['Issuer of Patient ID', '(0010,0021)', 'CONFIG: CLINIC', '0000'],
        ["Patient's Name", '(0010,0010)', 'AUTO', '0000'],
        ["Patient's Sex", '(0010,0040)', 'AUTO', '0000'],
      ],
    );
    for (const { condition } of coercionsOf(changing))
      assert.match(condition, /Original Attributes Sequence \(0400,0561\)/);
    assert.match(coercionsOf(changing)[0]?.condition ?? '', /in objects of SCANNER/);
    assert.ok(textsOf(changing).includes('Coerced and Modified Attributes'));
  });

  test('numbers of orders, new IDs and UIDs, and the warning about them are told where the settings ask for them', () => {
    const file = { accessionFromOrders: 'always', patientConflicts: 'new id', duplicates: 'rename' };
    const changing = made({ ...file, coercionWarning: 'on' }).statement;
    assert.deepEqual(
      bySettings(changing).map(({ tag, source, status }) => `${tag} ${source} ${status}`),
      ['(0008,0050) MWL B000', '(0010,0020) AUTO B000', '(0008,0018) AUTO B000'],
    );
    assert.deepEqual(
      bySettings(made(file).statement).map(({ status }) => status),
      ['0000', '0000', '0000'],
    );
  });

  test('what a filter sets, leaves out or hides is told where an entry of a peer names it, and not by the name of the peer', () => {
    const attributeFilters = [
      {
        name: 'to research',
        remove: ['PatientAddress'],
        set: { InstitutionName: 'A clinic' },
        privateElements: 'remove',
      },
      { name: 'plain', privateElements: 'remove', deidentify: [] },
    ];
    const peer = (filter: string) => ({ aeTitle: filter.toUpperCase(), host: 'h', port: 104, filter });
    assert.deepEqual(bySettings(made({ attributeFilters }).statement), [], 'nobody gets anything otherwise');
    const peers = [peer('to research'), { ...peer('plain'), defaultWindow: { center: 40, width: 400 } }];
    const sending = made({ attributeFilters, peers });
    assert.deepEqual(
      bySettings(sending.statement).map(({ tag, source }) => `${tag} ${source}`),
      [
        '(0008,0080) CONFIG: A clinic',
        '(0012,0062) AUTO',
        '(0028,1050) CONFIG',
        '(0028,1051) CONFIG',
        '(0010,1040) CONFIG: removed',
        '(0009,0010) CONFIG: removed',
      ],
    );
    const told = JSON.stringify(coercionsOf(sending.statement));
    assert.match(
      told,
      /Left out of instances sent to peers whose entry names the filter to research\. So are all private/,
    );
    assert.doesNotMatch(told, /RESEARCH|PLAIN/);
    assert.deepEqual(
      validate(sending.statement).findings.filter(({ path }) => path.startsWith('/annexes')),
      [],
    );
    const decided = systemDecisions({
      configuration: sending.configuration,
      entities: entitiesOf(sending.configuration),
      statement: sending.statement,
      date: '2026-11-22',
    });
    assert.equal(decided.find(({ rule }) => rule === 'CS-V73-02')?.holds, true);
  });
});

describe('what is taken over from elsewhere, and codes', () => {
  const mappingOf = ({ annexes: { attributeMapping } }: Statement) =>
    attributeMapping.state === 'described' ? attributeMapping.rows : [];

  test('fields of orders have a row each where orders come in by HL7, and so has the number that objects get of them', () => {
    assert.deepEqual(mappingOf(made().statement), []);
    const { statement } = made({ hl7: 'on', accessionFromOrders: 'always' });
    const rows = mappingOf(statement).map(({ from, to, tag }) => `${from} > ${to} ${tag}`);
    assert.equal(rows.length, Object.keys(requestFields).length + Object.keys(stepFields).length + 1);
    for (const row of [
      "HL7 PID-5 > Modality Worklist: Patient's Name (0010,0010)",
      'HL7 IPC-1, OBR-18 > Modality Worklist: Accession Number (0008,0050)',
      'HL7 IPC-4; in an order without IPC OBR-20 > Modality Worklist: Scheduled Procedure Step ID (0040,0009)',
      'Modality Worklist: Accession Number > Storage: Accession Number (0008,0050)',
    ])
      assert.ok(rows.includes(row), row);
    const told = textsOf(statement);
    assert.match(told, /CTH becomes CT/);
    assert.doesNotMatch(told, /No attribute is copied/);
  });

  test('groups of codes stand where objects with them are made under the settings, with the codes that are written', () => {
    const groups = (file: object) => made(file).statement.annexes.contextGroups;
    const ofSelections = ['CID 7010', 'CID 7011', 'CID 7012'];
    const sets = (file: object) => groups(file).map(({ defaultValueSet }) => defaultValueSet);
    const peer = { aeTitle: 'P', host: 'h', port: 104 };
    assert.deepEqual(sets({}), ['CID 7050', ...ofSelections], 'a request of the URI Service may ask to anonymize');
    assert.deepEqual(sets({ peers: [{ ...peer, photometric: 'RGB' }] }), ['CID 7050', 'CID 7202', ...ofSelections]);
    const lossy = groups({ peers: [{ ...peer, lossy: 'preferred' }] });
    assert.deepEqual(
      lossy.map(({ defaultValueSet, configurable }) => `${defaultValueSet} ${configurable}`),
      [...['CID 7050 No', 'CID 7202 No', 'CID 7203 No'], ...['CID 7010 Extensible', 'CID 7011 No', 'CID 7012 No']],
    );
    assert.match(lossy[1]?.use ?? '', /\(121320, DCM, "Uncompressed predecessor"\)/);
    assert.match(lossy[1]?.use ?? '', /\(121330, DCM, "Lossy compressed predecessor"\) where/);
    assert.match(lossy[2]?.use ?? '', /\(113040, DCM, "Lossy Compression"\)/);
    assert.doesNotMatch(groups({})[0]?.use ?? '', /113110/);
    const filter = { name: 'plain', deidentify: ['retain-uids'] };
    const hidden = groups({ attributeFilters: [filter], peers: [{ ...peer, filter: 'plain' }] });
    assert.match(hidden[0]?.use ?? '', /\(113100, DCM, .*\(113110, DCM, "Retain UIDs Option"\)/);
    assert.doesNotMatch(textsOf(made().statement), /No context group is used/);
  });

  test('[CS-IOD-04] selections are told with their template: each content item with range and source of its name and of its value', () => {
    const { statement } = made();
    const table = objectOf(statement, 'Key Object Selection Document Storage');
    assert.equal(table.template, 'TID 2010');
    const items = table.contentItems ?? [];
    assert.deepEqual(
      items.map(({ row, valueType, conceptName }) => `${row}: ${valueType} ${conceptName}`),
      [
        'TID 2010, 2 to 4: CODE (113011, DCM, "Document Title Modifier")',
        'TID 1002, 1: CODE (121005, DCM, "Observer Type")',
        'TID 1003, 1: PNAME (121008, DCM, "Person Observer Name")',
        'TID 2010, 7: TEXT (113012, DCM, "Key Object Description")',
        ...['8: IMAGE', '9: WAVEFORM', '10: COMPOSITE'].map((each) => `TID 2010, ${each} None`),
      ],
    );
    for (const { nameSource, conceptValue, range, source, presence } of items)
      assert.ok(nameSource && conceptValue && range && source && presence);
    const told = textsOf(statement);
    assert.ok(told.includes('Content items of created Key Object Selection Document Storage instances'));
    assert.ok(told.includes('CID 7011 under the titles 113001 and 113010; CID 7012 under 113013, always'));
    assert.doesNotMatch(told, /No SOP Instances are created/);
  });

  test('[CS-IOD-06] samples are linked where the statement is read, on this system or at its public address', () => {
    const file = '/conformance/samples/key-object-selection-document-storage.dcm';
    const { statement } = made();
    assert.equal(objectOf(statement, 'Key Object Selection Document Storage').sample, file);
    const drawn = (name: string) => renderers.find((each) => each.name === name)?.render(statementDocument(statement));
    assert.ok(String(renderHtml(statementDocument(statement))).includes(`<a href="${file}">A sample of Key Object`));
    assert.ok(String(drawn('markdown')).includes(`](<${file}>)`));
    assert.ok(String(drawn('docbook')).includes(`<link xlink:href="${file}">`));
    const away = made({ publicUrl: 'https://pacs.example/' }).statement;
    const { sample } = objectOf(away, 'Copies without identity by the URI Service');
    assert.equal(sample, 'https://pacs.example/conformance/samples/copies-without-identity-by-the-uri-service.dcm');
  });

  test('[CS-COD-02] [CS-COD-03] a group that is extended is told as such, with its content, its version and who extended it', () => {
    const contextGroupCreator = '1.2.826.0.1.3680043.10.1.77';
    const own = { code: 'VET1', meaning: 'For the owner', added: '2026-08-30', definition: 'Given to the owner.' };
    const { statement } = made({
      ...{ contextGroupCreator, codingScheme: '99CLINIC' },
      keyObjectTitles: [own, { code: 'VET2', meaning: 'Old', added: '2026-01-01', retired: '2026-09-01T10:00:00Z' }],
    });
    const { contextGroups, extendedContextGroups = [], privateCodes = [] } = statement.annexes;
    assert.ok(contextGroups.some(({ defaultValueSet }) => defaultValueSet === 'extended CID 7010'));
    const [group] = extendedContextGroups;
    assert.deepEqual(
      [group?.cid, group?.localVersion, group?.creatorUid],
      ['7010', '20260901100000+0000', contextGroupCreator],
    );
    const content = typeof group?.content === 'object' ? group.content : [];
    assert.deepEqual(
      content.filter(({ extension }) => extension).map(({ value, scheme }) => `${value} ${scheme}`),
      ['VET1 99CLINIC', 'VET2 99CLINIC'],
    );
    assert.ok(content.some(({ value, scheme, extension }) => value === '113000' && scheme === 'DCM' && !extension));
    assert.deepEqual(
      privateCodes.map(({ value, definition }) => `${value}: ${definition}`),
      [
        'VET1: Given to the owner.',
        'VET2: A title of key object selections: Old. No document gets it from 2026-09-01T10:00:00Z on.',
      ],
    );
    assert.match(textsOf(statement), /Extended CID 7010: Context Group Local Version \(0008,0107\) 20260901100000/);
    assert.deepEqual(
      validate(statement).findings.filter(({ level }) => level === 'E'),
      [],
    );
    assert.equal(made().statement.annexes.extendedContextGroups, undefined);
  });

  test('copies without identity have their table from the profile: what is replaced, emptied and left out, by the options of each filter', () => {
    const filter = { name: 'plain', deidentify: ['retain-uids', 'retain-patient-characteristics'] };
    const peers = [{ aeTitle: 'P', host: 'h', port: 104, filter: 'plain' }];
    const { statement } = made({ attributeFilters: [filter], peers });
    const rowsOf = (variant: string) => {
      const { modules, leftOut = [] } = objectOf(statement, variant);
      const rows = modules.flatMap(({ attributes }) => attributes);
      const row = (tag: string) => rows.find((each) => each.tag === tag);
      return { row, leftOut: leftOut.map(({ tag }) => tag) };
    };
    const { row, leftOut } = rowsOf('Copies without identity by the URI Service');
    assert.match(row('(0008,0018)')?.value ?? '', /replaced by a new UID/);
    assert.match(row('(0010,0020)')?.value ?? '', /replaced by a pseudonym/);
    assert.equal(row('(0008,0050)')?.presence, 'EMPTY');
    assert.deepEqual([row('(0012,0062)')?.presence, row('(0012,0062)')?.value], ['ALWAYS', 'YES']);
    assert.match(row('(0012,0064)')?.value ?? '', /113100 Basic Application Confidentiality Profile/);
    assert.ok(leftOut.includes('(0010,4000)') && leftOut.includes('(60xx,3000)') && leftOut.includes('odd groups'));
    const filtered = rowsOf('Copies without identity by the filter plain');
    assert.equal(filtered.row('(0008,0018)'), undefined, 'it is kept');
    assert.match(filtered.row('(0012,0064)')?.value ?? '', /113110 Retain UIDs Option/);
    assert.match(
      textsOf(statement),
      /Attributes that Copies without identity by the URI Service never have: .*Patient Comments/,
    );
  });
});

describe('what the running system decides', () => {
  const against = (configuration: Configuration, statement: Statement) =>
    systemDecisions({ configuration, entities: entitiesOf(configuration), statement, date: '2026-11-21' }).flatMap(
      ({ rule, holds }) => (holds ? [] : [rule]),
    );

  test('[CS-V76-04] users are asked for, and the statement lists none: it is found', () => {
    const { configuration, statement } = made({ userIdentity: 'required' });
    assert.deepEqual(against(configuration, statement), []);
    assert.deepEqual(against(configuration, made().statement), ['CS-V76-04']);
    const without = { ...statement, security: { state: 'not supported' as const, reason: 'None.' } };
    assert.deepEqual(against(configuration, without), ['CS-V76-04']);
  });

  test('[CS-V73-02] a private attribute in objects of a class that is declared Standard is found', () => {
    const { configuration, statement } = made();
    const ct = { name: 'CT Image Storage', uid: '1.2.840.10008.5.1.4.1.1.2' };
    const attribute = (tag: string) => ({
      attribute: 'Own',
      tag,
      vr: 'LO',
      value: 'any',
      presence: 'ALWAYS' as const,
      source: ['AUTO'],
    });
    const withObject = (tag: string): Statement => ({
      ...statement,
      annexes: {
        ...annexesOf(configuration, []),
        createdObjects: {
          state: 'described',
          objects: [
            {
              sopClass: ct,
              modules: [
                { informationEntity: 'Image', module: 'Own', presence: 'ALWAYS', attributes: [attribute(tag)] },
              ],
            },
          ],
        },
      },
    });
    assert.deepEqual(against(configuration, withObject('(0010,0020)')), []);
    assert.deepEqual(against(configuration, withObject('(0019,1010)')), ['CS-V73-02']);
  });
});
