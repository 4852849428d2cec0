// Cycles among files: the strongly connected parts of the import graph (Tarjan's algorithm, without recursion).

/** Each group of files that import each other, directly or round about; a file that imports itself is a group too. */
export function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const groups: string[][] = [];
  const enter = (file: string) => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    open.push(file);
    isOpen.add(file);
    return { file, rest: [...(imports.get(file) ?? [])] };
  };
  const lower = (file: string, to: number | undefined) =>
    lowest.set(file, Math.min(lowest.get(file) ?? 0, to ?? Number.POSITIVE_INFINITY));
  const close = (file: string) => {
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.lastIndexOf(file));
    for (const each of group) isOpen.delete(each);
    if (group.length > 1 || imports.get(file)?.includes(file)) groups.push(group.sort());
  };
  for (const start of imports.keys()) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        close(top.file);
        path.pop();
        const parent = path.at(-1);
        if (parent) lower(parent.file, lowest.get(top.file));
      } else if (!order.has(next)) path.push(enter(next));
      else if (isOpen.has(next)) lower(top.file, order.get(next));
    }
  }
  return groups;
}
