/** A file of the tree. */
export interface TextFile {
  /** Path from the project's root. */
  readonly path: string;
  readonly text: string;
}

/** Longer files fail. */
export const LINES_MOST = 500;
/** Longer files are listed. */
export const LINES_LISTED = 300;

const TOP_LEVEL = new Set([
  "deno.json",
  "deno.lock",
  "main.ts",
  "src",
  "config.toml.example",
  "tests",
  "Makefile",
  "README.md",
  "LICENSE",
  // Made by the tools, and ignored by git.
  "dist",
  "coverage",
  "node_modules",
]);

/** Names what does not belong on the top level; dotfiles may. */
export function strangeEntries(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith(".") && !TOP_LEVEL.has(name));
}

/** Names files with more than `most` lines. */
export function longFiles(files: readonly TextFile[], most: number): string[] {
  return files.filter(isCode)
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > most)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${most}`);
}

function isCode({ path }: TextFile): boolean {
  return path.endsWith(".ts");
}

function isSource(file: TextFile): boolean {
  return isCode(file) && (file.path.startsWith("src/") || file.path === "main.ts");
}

/** Names files that are not in snake_case, and those named after nothing. */
export function badNames(files: readonly TextFile[]): string[] {
  return files.filter(isCode).map(({ path }) => path).filter((path) => {
    const name = path.split("/").at(-1)!;
    return !/^[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.ts$/.test(name) ||
      /^(utils?|helpers?|misc|common|stuff)(_|\.)/.test(name);
  });
}

const RUNTIME_STATEMENT =
  /^(export )?(default )?(declare )?(abstract |async )?(function|class|const|let|var|enum|for|if|throw|await)\b|^export (\*|\{)/m;

/** True when the file has types only, so that nothing of it can run. */
export function isTypesOnly(text: string): boolean {
  return !RUNTIME_STATEMENT.test(text);
}

/** Where the test of a source file belongs: a linked package has one test as a whole. */
export function testPathOf(path: string): string {
  const linked = /^src\/std\/([^/]+)\//.exec(path);
  if (linked !== null) return `tests/unit/std/${linked[1]}_test.ts`;
  return path.replace(/^src\//, "tests/unit/").replace(/\.ts$/, "_test.ts");
}

/** Names source files without a test; `exempt` holds paths with the reason. */
export function untested(
  files: readonly TextFile[],
  exempt: Readonly<Record<string, string>>,
): string[] {
  const present = new Set(files.map(({ path }) => path));
  return files.filter((file) => file.path.startsWith("src/") && isCode(file))
    .filter(({ path, text }) => !Object.hasOwn(exempt, path) && !isTypesOnly(text))
    .filter(({ path }) => !present.has(testPathOf(path)))
    .map(({ path }) => `${path}: ${testPathOf(path)} is missing`);
}

/** Names exemptions that are not needed: the file is gone, has types only, or has a test. */
export function needlessExemptions(
  files: readonly TextFile[],
  exempt: Readonly<Record<string, string>>,
): string[] {
  const needed = new Set(untested(files, {}).map((fault) => fault.split(":")[0]!));
  return Object.keys(exempt).filter((path) => !needed.has(path));
}

/** Project paths of what a file imports; specifiers of packages but the linked ones are left out. */
function importsOf({ path, text }: TextFile): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)[\s(]*"([^"]+)"/g)].map(([, name]) =>
    name!
  );
  return specifiers.flatMap((specifier) => {
    const linked = /^@std\/(\w+)$/.exec(specifier);
    if (linked !== null) return [`src/std/${linked[1]}/mod.ts`];
    if (!specifier.startsWith(".")) return [];
    return [decodeURIComponent(new URL(specifier, `file:///${path}`).pathname.slice(1))];
  });
}

/** Names source files that neither `main.ts` nor one of `forTests` (path and reason) reaches. */
export function unusedSources(
  files: readonly TextFile[],
  forTests: Readonly<Record<string, string>>,
): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const open = ["main.ts", ...Object.keys(forTests)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    open.push(...importsOf(file));
  }
  return files.filter(isSource).map(({ path }) => path).filter((path) =>
    // Types of a linked package are named in a comment that only the type checker reads.
    !reached.has(path) && !path.endsWith(".d.ts")
  );
}

const EXPORTED =
  /^export (?:default )?(?:declare )?(?:abstract |async )?(?:function\*?|class|interface|type|const|let|enum) ([\w$]+)/;

/** Names exported symbols of sources without a JSDoc block right above them. */
export function undocumented(files: readonly TextFile[]): string[] {
  return files.filter(isSource).flatMap(({ path, text }) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => {
      const name = EXPORTED.exec(line)?.[1];
      return name === undefined || hasJsDoc(lines, index) ? [] : [`${path}:${index + 1}: ${name}`];
    });
  });
}

function hasJsDoc(lines: readonly string[], index: number): boolean {
  const end = index - 1;
  if (!lines[end]?.endsWith("*/")) return false;
  let start = end;
  while (start > 0 && !lines[start]!.trimStart().startsWith("/*")) start--;
  const words = lines.slice(start, end + 1).join(" ").replaceAll(/[/*\s]+/g, " ").trim();
  return lines[start]!.startsWith("/**") && words.split(" ").length >= 2;
}

/** Places where one of the patterns stands: `path:line: text`. */
function occurrences(files: readonly TextFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${index + 1}: ${found}`];
    })
  );
}

/** Finds notes to come back later that name neither an owner nor an issue. */
export function ownerlessNotes(files: readonly TextFile[]): string[] {
  return occurrences(files, /\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\((#\d+|\w+)\))/);
}

/** Finds lint directives that switch a house rule, or all rules, off. */
export function houseRuleIgnores(files: readonly TextFile[]): string[] {
  return occurrences(
    files.filter(isCode),
    /deno-lint-ignore(-file)?[^\n]*\bhouse\/|deno-lint-ignore(-file)?\s*(--.*)?$/,
  );
}

const BANNED_WORDS = new Set(["lan", "wan", "src", "dst"]);
const BANNED_PAIRS = /\b(client|server)_?(side|address|port|leg|network|interface|ip)s?\b/i;

/** Finds words that DESIGN §1 replaces by inside, outside, remote and their like. */
export function bannedWords(files: readonly TextFile[]): string[] {
  return files.filter(isSource).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      // The folder's own name is a path, not a word.
      const bare = line.replaceAll(/\bsrc\//g, "");
      const parts = bare.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
      const found = parts.find((part) => BANNED_WORDS.has(part.toLowerCase())) ??
        BANNED_PAIRS.exec(bare)?.[0];
      return found === undefined ? [] : [`${path}:${index + 1}: ${found}`];
    })
  );
}

const HOSTS = ["registry.npmjs", "jsr.io", "deno.land", "esm.sh", "unpkg.com", "deb.debian.org"];
const MACHINE_PATHS = ["/root/", "/work/", "/home/[a-z]", "/Users/", "/tmp/[a-z]"];
const STRANGE_PLACE = new RegExp(
  [
    ...HOSTS.map((host) => host.replaceAll(".", "\\.")),
    ...MACHINE_PATHS.map((path) => `(?<!\\w)${path}`),
  ].join("|"),
);

/** Finds host names of package registries and paths of one machine; unit tests may make up a home folder. */
export function strangePlaces(files: readonly TextFile[]): string[] {
  return occurrences(files, STRANGE_PLACE).filter((found) =>
    !(found.startsWith("tests/unit/") && found.includes(" /home/"))
  );
}

/** The permission flags of each command in a text that runs `deno run` or `deno test` with any, but -A. */
export function permissionLists(text: string): string[] {
  const lists = text.match(/--no-prompt( --allow-[^\s"]+)+/g) ?? [];
  return [...new Set(lists)];
}
