import { allCases, errorTable } from "./table.ts";

process.stdout.write(errorTable(allCases()));
