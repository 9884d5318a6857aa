import { type Cell, ValueCells } from "./value-cells.ts";

/** A column of an arena: one array per chunk. Cells are addressed by chunk and position in the chunk. */
export interface ArenaColumn {
  /** Makes the array of a chunk; `size` 0 lets go of it. */
  setChunk(chunk: number, size: number): void;
  /** Moves a cell; the old one holds on to nothing. */
  move(fromChunk: number, from: number, toChunk: number, to: number): void;
  /** Lets go of what a cell refers to; columns of plain numbers have nothing to let go of. */
  forget?(chunk: number, at: number): void;
  /** Whether it may refer to anything, where that is known before the first cell. */
  readonly refers?: boolean;
}

export class FloatColumn implements ArenaColumn {
  readonly chunks: Float64Array[] = [];

  setChunk(chunk: number, size: number): void {
    this.chunks[chunk] = new Float64Array(size);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.chunks[toChunk]![to] = this.chunks[fromChunk]![from]!;
  }
}

export class IntColumn implements ArenaColumn {
  readonly chunks: Int32Array[] = [];

  setChunk(chunk: number, size: number): void {
    this.chunks[chunk] = new Int32Array(size);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.chunks[toChunk]![to] = this.chunks[fromChunk]![from]!;
  }
}

export class ValueColumn implements ArenaColumn {
  readonly chunks: ValueCells[] = [];

  setChunk(chunk: number, size: number): void {
    this.chunks[chunk] = new ValueCells(size);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    const cells = this.chunks[fromChunk]!;
    const cell: Cell = cells.get(from);
    cells.set(from, null);
    this.chunks[toChunk]!.set(to, cell);
  }

  forget(chunk: number, at: number): void {
    this.chunks[chunk]!.set(at, null);
  }
}

export class ReferenceColumn<T extends object> implements ArenaColumn {
  readonly chunks: (T | undefined)[][] = [];

  setChunk(chunk: number, size: number): void {
    this.chunks[chunk] = new Array<T | undefined>(size).fill(undefined);
  }

  move(fromChunk: number, from: number, toChunk: number, to: number): void {
    this.chunks[toChunk]![to] = this.chunks[fromChunk]![from];
    this.chunks[fromChunk]![from] = undefined;
  }

  forget(chunk: number, at: number): void {
    this.chunks[chunk]![at] = undefined;
  }
}
