import type { ElementType, NumericData } from "../arrays/elementType.ts";

/** One value of a MAT file. Shapes are MATLAB's; elements, items and struct elements are column-major. */
export type MatValue = MatNumeric | MatChar | MatCell | MatStruct | MatSkipped;

export interface MatNumeric {
  readonly kind: "numeric";
  /** The class in MATLAB's sense; files may store the values in a smaller type. "bool" for logical. */
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Values in the array type of the class. Of complex arrays the real part. */
  readonly data: NumericData;
  readonly complex: boolean;
}

export interface MatChar {
  readonly kind: "char";
  readonly shape: readonly number[];
  /** One text per row. */
  readonly rows: readonly string[];
}

export interface MatCell {
  readonly kind: "cell";
  readonly shape: readonly number[];
  readonly items: readonly MatValue[];
}

/** A struct array (or the properties of an object): per field one value for each element. */
export interface MatStruct {
  readonly kind: "struct";
  readonly shape: readonly number[];
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
}

/** What is not read: sparse matrices, functions, opaque objects. */
export interface MatSkipped {
  readonly kind: "skipped";
  readonly what: string;
}

export interface MatFile {
  readonly version: "v4" | "v5";
  readonly variables: ReadonlyMap<string, MatValue>;
  /** Variables that could not be read, each a sentence. */
  readonly warnings: readonly string[];
}
