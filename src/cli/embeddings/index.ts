import { extname } from "node:path";
import { UsageError } from "../../errors.ts";
import { csvTable } from "./csv.ts";
import { npyTable } from "./npy.ts";
import { parquetTable } from "./parquet.ts";
import type { TableFormat } from "./table.ts";

export type { EmbeddingTable, TableFormat } from "./table.ts";

/** Every kind of file that embeddings are written to. */
export const TABLE_FORMATS = { npy: npyTable, csv: csvTable, parquet: parquetTable } as const satisfies Record<
  string,
  TableFormat
>;

export type TableFormatName = keyof typeof TABLE_FORMATS;

/** @throws UsageError for an extension that is not known */
export function tableFormatOf(path: string): TableFormat {
  const extension = extname(path).toLowerCase();
  const found = Object.values(TABLE_FORMATS).find((format) => format.extension === extension);
  if (found !== undefined) return found;
  throw new UsageError({
    where: "--out",
    what: "is no file for embeddings",
    expected: `a name with ${Object.values(TABLE_FORMATS)
      .map((format) => format.extension)
      .join(", ")}, or a folder`,
    got: extension || "none",
  });
}
