/** One step of a flow: its line, and the lines indented below it. */
export interface Step {
  /** The step, without indentation. */
  readonly text: string;
  /** The block below it, indentation of two taken off; deeper lines continue a header field. */
  readonly block: readonly string[];
  /** Where it stands: `file:line`. */
  readonly where: string;
  /** Index of the line in its file, and of the line after its block; -1 in a part that was used. */
  readonly first: number;
  readonly last: number;
}

/** A flow file. */
export interface Script {
  readonly path: string;
  readonly title: string;
  /** Rules it shows, e.g. `R1`. */
  readonly rules: readonly string[];
  /** Defects of others it shows to be absent, e.g. `5.3.13`. */
  readonly defects: readonly string[];
  readonly steps: readonly Step[];
}

/** Gives the text of a part that `use NAME …` puts in. */
export type Parts = (name: string) => string;

/** Reads a flow file; `use` steps are replaced by the parts they name. */
export function readScript(path: string, text: string, parts: Parts): Script {
  const lists: Record<string, string[]> = { rules: [], defect: [] };
  let title = "";
  const steps: Step[] = [];
  for (const step of readSteps(path, text)) {
    const field = /^(title|rules|defect):\s*(.*)$/.exec(step.text);
    if (field === null) steps.push(...withParts(step, parts));
    else if (field[1] === "title") title = field[2]!;
    else lists[field[1]!]!.push(...field[2]!.split(/[\s,]+/).filter((word) => word !== ""));
  }
  if (title === "") throw new Error(`${path}: the first line has to be "title: …"`);
  return { path, title, rules: lists["rules"]!, defects: lists["defect"]!, steps };
}

function readSteps(path: string, text: string): Step[] {
  const lines = text.split("\n");
  const steps: Step[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === "" || line.startsWith("#")) continue;
    const block: string[] = [];
    let last = index + 1;
    for (; /^ {2}/.test(lines[last] ?? ""); last++) block.push(lines[last]!.slice(2));
    const where = `${path}:${index + 1}`;
    steps.push({ text: line.trim(), block: joined(block), where, first: index, last });
    index = last - 1;
  }
  return steps;
}

/** Continuation lines joined to their field, as on the wire. */
function joined(block: readonly string[]): string[] {
  const fields: string[] = [];
  for (const line of block) {
    if (/^[ \t]/.test(line) && fields.length > 0) fields[fields.length - 1] += `\r\n${line}`;
    else fields.push(line);
  }
  return fields;
}

/** `use call A -> P`: words after the name are `$1`, `$2` in the part; arrows are for the reader. */
function withParts(step: Step, parts: Parts): Step[] {
  const [use, name, ...words] = step.text.split(/\s+/);
  if (use !== "use") return [step];
  const values = words.filter((word) => word !== "->");
  const text = parts(name ?? "").replaceAll(/\$(\d)/g, (_all, digit) => values[digit - 1] ?? "");
  const inner = readSteps(`${step.where} ${name}`, text);
  return inner.flatMap((one) => withParts({ ...one, first: -1, last: -1 }, parts));
}
