import { ok, refuse, type Result } from "../base/result.ts";
import type { Change, StoredRecord } from "./records.ts";

/** Schema of the records this program writes; a change of their shape raises it and adds a migration. */
export const SCHEMA = 1;

/** Where the schema stands in the file. */
export const META_KEY: readonly string[] = ["v1", "meta"];

/** One step from a schema to the next. */
export interface Migration {
  /** The schema it starts from; it leads to the one above. */
  readonly from: number;
  /** The record in its new shape; undefined drops it. */
  readonly record: (record: StoredRecord) => StoredRecord | undefined;
}

/** All steps, oldest first. */
export const MIGRATIONS: readonly Migration[] = [];

/** Records in today's shape, and what has to be written so that the file has it too. */
export interface Migrated {
  readonly records: readonly StoredRecord[];
  readonly changes: readonly Change[];
}

/** Brings what was loaded to schema `to`; refuses what a newer program wrote, and what no step leads on from. */
export function migrate(
  loaded: readonly StoredRecord[],
  options: {
    migrations: readonly Migration[];
    to: number;
    /** Whose file it is: written beside the schema; what stands there stays when it is not known. */
    id?: string | undefined;
  },
): Result<Migrated> {
  const meta = loaded.find((record) => isMeta(record.key));
  const before = loaded.filter((record) => record !== meta);
  const from = before.length === 0 ? options.to : schemaOf(meta);
  if (from > options.to) return refuse(newerText(from));
  let records: readonly StoredRecord[] = before;
  for (let schema = from; schema < options.to; schema++) {
    const step = options.migrations.find((migration) => migration.from === schema);
    if (step === undefined) return refuse(`nothing can read its schema: ${schema}`);
    records = records.map(step.record).filter((record) => record !== undefined);
  }
  const wanted = { schema: options.to, ...idPart(options.id ?? idOf(meta)) };
  const current = meta !== undefined && schemaOf(meta) === options.to && idOf(meta) === wanted.id;
  return ok({ records, changes: current ? [] : rewritten(before, records, wanted) });
}

/** Why what a newer program wrote is not read. */
export function newerText(schema: number): string {
  return `a newer version wrote it: schema ${schema}`;
}

function idPart(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id };
}

/** The id in a meta record. */
export function idOf(meta: StoredRecord | undefined): string | undefined {
  const value = meta?.value;
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  return typeof id === "string" ? id : undefined;
}

function isMeta(key: readonly string[]): boolean {
  return key.length === META_KEY.length && key.every((part, index) => part === META_KEY[index]);
}

/** Without a readable meta record the records are taken to be of the first schema. */
function schemaOf(meta: StoredRecord | undefined): number {
  return statedSchema(meta) ?? 1;
}

/** The schema in a meta record. */
export function statedSchema(meta: StoredRecord | undefined): number | undefined {
  const value = meta?.value;
  const schema = typeof value === "object" && value !== null && "schema" in value
    ? value.schema
    : undefined;
  return typeof schema === "number" && Number.isInteger(schema) && schema > 0 ? schema : undefined;
}

function rewritten(
  before: readonly StoredRecord[],
  after: readonly StoredRecord[],
  meta: { schema: number; id?: string },
): Change[] {
  const kept = new Set(after.map((record) => JSON.stringify(record.key)));
  const gone = before.filter((record) => !kept.has(JSON.stringify(record.key)));
  const changed = after.filter((record) => !before.includes(record));
  return [
    ...gone.map(({ key }) => ({ key, value: undefined })),
    ...changed,
    { key: META_KEY, value: meta },
  ];
}
