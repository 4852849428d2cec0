// The section of Annex A in which a fact of a statement stands, from its JSON Pointer. PS3.2 Annex A

const sections: readonly (readonly [RegExp, string])[] = [
  [/^\/networking\/applicationEntities\/(\d+)\/initiation\/activities\/(\d+)/, 'A.4.2.$1.3.$2'],
  [/^\/networking\/applicationEntities\/(\d+)\/initiation/, 'A.4.2.$1.3'],
  [/^\/networking\/applicationEntities\/(\d+)\/acceptance\/activities\/(\d+)/, 'A.4.2.$1.4.$2'],
  [/^\/networking\/applicationEntities\/(\d+)\/acceptance/, 'A.4.2.$1.4'],
  [/^\/networking\/applicationEntities\/(\d+)\/sopClasses/, 'A.4.2.$1.1'],
  [/^\/networking\/applicationEntities\/(\d+)/, 'A.4.2.$1'],
  [/^\/networking\/applicationEntities/, 'A.4.2'],
  [/^\/networking\/interfaces/, 'A.4.3'],
  [/^\/networking\/configuration/, 'A.4.4'],
  [/^\/networking/, 'A.4'],
  [/^\/media/, 'A.5'],
  [/^\/characterSets/, 'A.6'],
  [/^\/security/, 'A.7'],
  [/^\/annexes\/createdObjects/, 'A.8.1.1'],
  [/^\/annexes\/attributeUsage/, 'A.8.1.2'],
  [/^\/annexes\/coercion/, 'A.8.1.4'],
  [/^\/annexes\/contextGroups/, 'A.8.3'],
  [/^\/annexes\/grayscale/, 'A.8.4'],
  [/^\/annexes/, 'A.8'],
  [/^\/overview/, 'A.1'],
];

/** `A.4.2.1.3.2` of `/networking/applicationEntities/0/initiation/activities/1/contexts/3`; empty where it has none. */
export function sectionOf(path: string | undefined): string {
  if (path === undefined) return '';
  for (const [pattern, section] of sections) {
    const found = pattern.exec(path);
    if (found) return section.replaceAll(/\$(\d)/g, (_, index) => String(Number(found[Number(index)]) + 1));
  }
  return '';
}
