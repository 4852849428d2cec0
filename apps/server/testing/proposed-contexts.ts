// Presentation contexts as DCMTK's programs say at -d that they were proposed to them.

/** DCMTK's names, without the equals sign. */
export interface SeenContext {
  readonly abstractSyntax: string;
  readonly role: string;
  readonly transferSyntaxes: readonly string[];
}

/** Those of each A-ASSOCIATE-RQ, in the order they came. */
export const proposedContexts = (output: string): readonly (readonly SeenContext[])[] =>
  [...output.matchAll(/BEGIN A-ASSOCIATE-RQ([\s\S]*?)END A-ASSOCIATE-RQ/g)].map(([, request = '']) =>
    request
      .split(/Context ID: +\d+ \(Proposed\)/)
      .slice(1)
      .map((context) => ({
        abstractSyntax: /Abstract Syntax: =?(\S+)/.exec(context)?.[1] ?? '',
        role: /SCP\/SCU Role: (.+)/.exec(context)?.[1] ?? '',
        transferSyntaxes: [
          ...(/Transfer Syntax\(es\):\s*((?:D: +=.*\s*)+)/.exec(context)?.[1] ?? '').matchAll(/=(\S+)/g),
        ].map(([, name = '']) => name),
      })),
  );
