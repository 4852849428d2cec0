// A small statement that keeps every rule, to be changed by tests.
const implicit = { name: 'Implicit VR Little Endian', uid: '1.2.840.10008.1.2' };
const verification = { name: 'Verification SOP Class', uid: '1.2.840.10008.1.1' };
const absent = { state: 'not applicable', reason: 'nothing to tell' };

/** A fresh copy each time. */
export const smallStatement = () =>
  structuredClone({
    schemaVersion: '2.1.0',
    id: 'Example 1',
    edition: 'as-shipped',
    claim: { network: true, media: false },
    standardEdition: '2026a',
    cover: absent,
    overview: { description: 'Answers calls.', networkServices: [] },
    introduction: { audience: 'All.', remarks: 'None.' },
    networking: {
      state: 'described',
      model: {
        dataFlow: [
          {
            ae: 'main',
            local: { id: 'echo', name: 'Answer' },
            remote: { id: 'call', name: 'Call' },
            direction: 'accepts',
          },
        ],
        functionalDefinitions: [{ ae: 'main', text: 'Answers.' }],
        sequencing: absent,
      },
      applicationEntities: [
        {
          id: 'main',
          name: 'Main',
          sopClasses: [{ ...verification, scu: 'No', scp: 'Yes', type: 'standard' }],
          policies: 'None.',
          applicationContext: '1.2.840.10008.3.1.1.1',
          asynchronous: {},
          implementation: { classUid: '2.25.1' },
          initiation: absent,
          acceptance: {
            state: 'described',
            associations: { value: 1, configurable: false },
            policy: 'Any caller.',
            rejections: [
              {
                result: '1 rejected-permanent',
                source: '1 UL service-user',
                reason: '1 no-reason-given',
                explanation: 'Full.',
              },
            ],
            activities: [
              {
                id: 'echo',
                name: 'Answer',
                conditions: 'A call.',
                contexts: [{ abstractSyntax: verification, transferSyntaxes: [implicit], role: 'SCP' }],
                sopConformance: [
                  {
                    id: 'echo',
                    title: 'Echo',
                    section: 'PS3.4 A',
                    sopClasses: [verification.uid],
                    operation: 'C-ECHO',
                    ourRole: 'SCP',
                    description: 'Answers.',
                    statuses: [{ status: 'Success', meaning: 'Done.', code: '0000', behavior: 'Always.' }],
                    failures: [{ exception: 'Timeout', behavior: 'Abort.' }],
                  },
                ],
                acceptanceRules: {
                  combinations: 'All.',
                  priority: 'None.',
                  selection: { rule: 'own order', text: 'First.' },
                },
              },
            ],
          },
        },
      ],
      interfaces: {
        protocols: ['TCP/IP'],
        ipv4: { supported: true, text: 'Yes.' },
        ipv6: { supported: true, text: 'Yes.' },
      },
      configuration: {
        addressTranslation: 'A table.',
        localTitles: [{ ae: 'main', defaultTitle: 'MAIN', defaultPort: 104 }],
        remoteText: 'A table.',
        parameters: [{ scope: 'General', name: 'Idle', configurable: 'No', default: '60' }],
      },
    },
    media: absent,
    characterSets: absent,
    security: absent,
    annexes: {
      createdObjects: absent,
      attributeUsage: absent,
      attributeMapping: absent,
      coercion: absent,
      privateDictionary: absent,
      codedTerminology: 'None.',
      grayscale: 'None.',
    },
    webServices: absent,
  });
