import { EXCEPTIONS, type Layer, LAYERS } from "./layers.ts";

/** The longest a function may be, in lines. */
export const FUNCTION_LINES = 70;

/** A file's room, and its path inside it: `src/sip/uri.ts` is `uri.ts` of `sip`. */
interface Place {
  readonly room: string;
  readonly path: string;
}

const PROJECT = pathOf(new URL("../..", import.meta.url).href);

/** A URL's path as the system writes it: a folder's name may hold spaces. */
function pathOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname);
}

function projectPath(filename: string): string {
  const bare = filename.startsWith("file://") ? pathOf(filename) : filename;
  return bare.startsWith(PROJECT) ? bare.slice(PROJECT.length) : bare;
}

/** The room of a project path; undefined for tests and for what lies outside the project. */
export function placeOf(path: string): Place | undefined {
  if (path === "main.ts") return { room: "main", path };
  const [folder, room, ...rest] = path.split("/");
  if (folder !== "src" || room === undefined) return undefined;
  return rest.length === 0 ? { room: "src", path: room } : { room, path: rest.join("/") };
}

function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return specifier;
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Says why a file of a room must not import a specifier; undefined when it may (DESIGN §2). */
export function layerFault(
  from: string,
  specifier: string,
  options: { typeOnly: boolean },
): string | undefined {
  const place = placeOf(from);
  if (place === undefined) return undefined;
  const layer = LAYERS[place.room];
  if (layer === undefined) {
    return `Room ${place.room} is not in the table: name it in tests/style/layers.ts`;
  }
  if (!/^\.{0,2}\//.test(specifier)) return packageFault(place, layer, specifier);
  const target = placeOf(resolve(from, specifier));
  if (target === undefined) return `${place.room} may not import ${specifier}: it is outside src`;
  if (target.room === place.room) return undefined;
  const access = layer.rooms[target.room];
  if (access === undefined) return `${place.room} may not import ${target.room} (DESIGN §2)`;
  if (access === "types" && !options.typeOnly) {
    return `${place.room} may import only types of ${target.room}: write import type`;
  }
  if (access instanceof RegExp && !access.test(target.path)) {
    return `${place.room} may import only ${access} of ${target.room}`;
  }
  return undefined;
}

function packageFault(place: Place, layer: Layer, specifier: string): string | undefined {
  const own = EXCEPTIONS[`${place.room}/${place.path}`]?.packages ?? [];
  const allowed = [...layer.packages, ...own];
  const known = allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return known ? undefined : `${place.room} may not import ${specifier} (DESIGN §2)`;
}

type Specifiers = readonly { readonly type: string; readonly importKind?: string }[];

function importsTypesOnly(kind: string, specifiers: Specifiers): boolean {
  if (kind === "type") return true;
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === "type");
}

const layers: Deno.lint.Rule = {
  create(context) {
    const from = projectPath(context.filename);
    const check = (node: Deno.lint.Node, specifier: unknown, typeOnly: boolean) => {
      if (typeof specifier !== "string") return;
      const message = layerFault(from, specifier, { typeOnly });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration(node) {
        check(node, node.source.value, importsTypesOnly(node.importKind, node.specifiers));
      },
      ExportAllDeclaration(node) {
        check(node, node.source.value, node.exportKind === "type");
      },
      ExportNamedDeclaration(node) {
        check(node, node.source?.value, node.exportKind === "type");
      },
      ImportExpression(node) {
        const specifier = node.source.type === "Literal" ? node.source.value : undefined;
        check(node, specifier, false);
      },
      TSImportType(node) {
        const argument = node.argument as { literal?: { value?: unknown } };
        check(node, argument.literal?.value, true);
      },
    };
  },
};

const FORBIDDEN = new Set([
  "Deno",
  "console",
  "performance",
  "fetch",
  "globalThis",
  "crypto",
  "queueMicrotask",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "requestAnimationFrame",
]);

const FORBIDDEN_MEMBERS = new Set(["Date.now", "Math.random", "Temporal.Now"]);

/** True when the file must do no I/O and read no clock (DESIGN §2, column "pure"). */
export function isPureFile(path: string): boolean {
  const place = placeOf(path);
  if (place === undefined) return false;
  const exception = EXCEPTIONS[`${place.room}/${place.path}`];
  return exception?.pure ?? LAYERS[place.room]?.pure ?? false;
}

/** True when the identifier is only a name of a property or parameter there, not a use of the global. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as unknown as Record<string, unknown> & { type: string };
  const isKey = sameNode(parent["key"], node) && parent["computed"] !== true;
  const isMember = sameNode(parent["property"], node) && parent["computed"] !== true;
  const isRightName = parent.type === "TSQualifiedName" && sameNode(parent["right"], node);
  return (isKey && parent["shorthand"] !== true) || isMember || isRightName;
}

function sameNode(left: unknown, right: Deno.lint.Node): boolean {
  const range = (left as { range?: Deno.lint.Range } | null | undefined)?.range;
  return range !== undefined && range[0] === right.range[0] && range[1] === right.range[1];
}

const pure: Deno.lint.Rule = {
  create(context) {
    if (!isPureFile(projectPath(context.filename))) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} in a pure room`,
        hint: "Take time and randomness as parameters, and return an effect instead of I/O",
      });
    const reportAsync = (node: Deno.lint.Node & { async: boolean }) => {
      if (node.async) report(node, "An async function");
    };
    return {
      Identifier(node) {
        if (FORBIDDEN.has(node.name) && !isPropertyName(node)) report(node, node.name);
      },
      MemberExpression(node) {
        const text = context.sourceCode.getText(node).replaceAll(/\s/g, "");
        if (FORBIDDEN_MEMBERS.has(text)) report(node, text);
      },
      NewExpression(node) {
        const isDate = context.sourceCode.getText(node.callee) === "Date";
        if (isDate && node.arguments.length === 0) report(node, "new Date()");
      },
      AwaitExpression(node) {
        report(node, "await");
      },
      ForOfStatement(node) {
        if (node.await) report(node, "for await");
      },
      FunctionDeclaration: reportAsync,
      FunctionExpression: reportAsync,
      ArrowFunctionExpression: reportAsync,
    };
  },
};

const functionLength: Deno.lint.Rule = {
  create(context) {
    const check = (node: Deno.lint.Node) => {
      const lines = context.sourceCode.getText(node).split("\n").length;
      if (lines <= FUNCTION_LINES) return;
      context.report({
        node,
        message: `A function of ${lines} lines: more than ${FUNCTION_LINES}`,
        hint: "Split it by question; the parent keeps the branching",
      });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

const noUsing: Deno.lint.Rule = {
  create(context) {
    if (placeOf(projectPath(context.filename)) === undefined) return {};
    return {
      VariableDeclaration(node) {
        if (!/\busing$/.test(String(node.kind))) return;
        context.report({
          node,
          message: "using: the bundler's minifier drops a variable read once, and what it closes",
          hint: "Close it in a finally block",
        });
      },
    };
  },
};

/** The house rules of `deno lint`: import directions, purity, function length, no `using`. */
const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: { layers, pure, "function-length": functionLength, "no-using": noUsing },
};

export default plugin;
