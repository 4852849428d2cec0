// Lengths of a Huffman code for symbols that occur so often, none longer than a limit. RFC 1951 3.2.7.

/** Code length by symbol; 0 where it does not occur. With one symbol that occurs: length 1. */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used = [...counts.keys()].filter((symbol) => (counts[symbol] ?? 0) > 0);
  used.sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0) || a - b);
  if (used.length < 2) {
    for (const symbol of used) lengths[symbol] = 1;
    return lengths;
  }
  const perLength = depths(used.map((symbol) => counts[symbol] ?? 0));
  shorten(perLength, limit);
  // The rarest symbols get the longest codes.
  let at = 0;
  for (let length = limit; length > 0; length -= 1)
    for (let left = perLength[length] ?? 0; left > 0; left -= 1) {
      lengths[used[at] ?? 0] = length;
      at += 1;
    }
  return lengths;
}

/** How many leaves of the Huffman tree lie at each depth. Weights ascend: two queues make a heap needless. */
function depths(weights: readonly number[]): number[] {
  const leaves = weights.length;
  const weight = [...weights];
  const parent: number[] = [];
  let leaf = 0;
  let inner = leaves;
  const lightest = (): number => {
    const takeLeaf = leaf < leaves && (inner >= weight.length || (weight[leaf] ?? 0) <= (weight[inner] ?? 0));
    if (takeLeaf) leaf += 1;
    else inner += 1;
    return takeLeaf ? leaf - 1 : inner - 1;
  };
  while (weight.length < 2 * leaves - 1) {
    const a = lightest();
    const b = lightest();
    parent[a] = parent[b] = weight.length;
    weight.push((weight[a] ?? 0) + (weight[b] ?? 0));
  }
  const depth: number[] = [];
  depth[weight.length - 1] = 0;
  const perLength: number[] = [];
  for (let node = weight.length - 2; node >= 0; node -= 1) {
    const here = (depth[parent[node] ?? 0] ?? 0) + 1;
    depth[node] = here;
    if (node < leaves) perLength[here] = (perLength[here] ?? 0) + 1;
  }
  return perLength;
}

/** Moves leaves that are too deep up, and pays for it with the deepest leaf that can go down: the code stays complete. */
function shorten(perLength: number[], limit: number): void {
  for (let length = perLength.length - 1; length > limit; length -= 1) {
    perLength[limit] = (perLength[limit] ?? 0) + (perLength[length] ?? 0);
    perLength[length] = 0;
  }
  let total = 0;
  for (let length = 1; length <= limit; length += 1) total += (perLength[length] ?? 0) * 2 ** (limit - length);
  for (; total > 2 ** limit; total -= 1) {
    perLength[limit] = (perLength[limit] ?? 0) - 1;
    let length = limit - 1;
    while ((perLength[length] ?? 0) === 0) length -= 1;
    perLength[length] = (perLength[length] ?? 0) - 1;
    perLength[length + 1] = (perLength[length + 1] ?? 0) + 2;
  }
}
