// Statements of systems that nobody has built: one that sends, with a name that is markup, and one that prints.

export const hostile = '<img src=x onerror=alert(1)>';
export const scanner = {
  id: hostile,
  provenance: [{ path: '/networking', kind: 'imported', source: 'page 4' }],
  networking: {
    applicationEntities: [
      {
        id: 'main',
        initiation: {
          activities: [
            {
              name: 'Send',
              contexts: [
                {
                  abstractSyntax: { uid: '1.2.840.10008.5.1.4.1.1.2' },
                  transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }],
                  role: 'SCU',
                },
                {
                  abstractSyntax: { uid: '1.2.840.10008.5.1.1.9' },
                  transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }],
                  role: 'SCU',
                },
              ],
            },
          ],
        },
      },
    ],
  },
};

const implicit = [{ uid: '1.2.840.10008.1.2' }];
/** What a person is to do there is one thing: to look at the paper. */
export const printer = {
  id: 'Printer',
  networking: {
    applicationEntities: [
      {
        id: 'main',
        acceptance: {
          activities: ['1.2.840.10008.1.1', '1.2.840.10008.5.1.1.9'].map((uid) => ({
            id: `accept-${uid.split('.').at(-1)}`,
            contexts: [{ abstractSyntax: { uid }, transferSyntaxes: implicit, role: 'SCP' }],
          })),
        },
      },
    ],
  },
};
