// Memory that objects are collected in and written from: at page boundaries, shared between threads where one of them writes it, used again.

const wasmPage = 65_536;

export interface RegionPool {
  /** Bytes of each region. */
  readonly size: number;
  /** A region that nobody else has; what stands in it is anything. */
  take(): Buffer;
  give(region: Buffer): void;
}

export interface RegionOptions {
  /** Bytes of each region, a multiple of 65,536. */
  readonly size: number;
  /** How many lie in one piece of memory. */
  readonly together: number;
  /** Whether other threads can see them. */
  readonly shared: boolean;
}

/**
 * Each piece takes address space for gigabytes, and no memory until it is written to. As many are kept as were ever needed at once,
 * since a thread that writes them knows them too; the one that was given back last is taken first.
 */
export function createRegionPool({ size, together, shared }: RegionOptions): RegionPool {
  const idle: Buffer[] = [];
  const addPiece = () => {
    const pages = (together * size) / wasmPage;
    // WebAssembly's memory is the one kind here that begins at a page, as direct I/O wants it.
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    for (let index = together - 1; index >= 0; index -= 1) idle.push(Buffer.from(buffer, index * size, size));
  };
  return {
    size,
    take() {
      if (idle.length === 0) addPiece();
      return idle.pop() ?? Buffer.alloc(0);
    },
    give: (region) => void idle.push(region),
  };
}
