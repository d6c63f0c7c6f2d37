import { Stage } from "./stage.ts";

/**
 * Another run that has what a power cut leaves of this one: all up to the last urgent change, but for what may wait.
 */
export function powerCut(stage: Stage, wall = 0): Stage {
  const changes = stage.effects.filter((effect) => effect.type === "store.set");
  const last = changes.findLastIndex(({ when }) => when === "urgent");
  const kept = new Map<string, { key: readonly string[]; value: unknown }>();
  for (const { key, value, when } of changes.slice(0, last + 1)) {
    if (when === "lazy") continue;
    if (value === undefined) kept.delete(key.join("/"));
    else kept.set(key.join("/"), JSON.parse(JSON.stringify({ key, value })));
  }
  return new Stage({ records: [...kept.values()], wall });
}

/** Kinds of the records that are on disk after a power cut now. */
export function recordsLeft(stage: Stage): string[] {
  const kinds = new Map<string, string>();
  for (const effect of stage.effects) {
    if (effect.type !== "store.set") continue;
    const { key, value } = effect;
    if (value === undefined) kinds.delete(key.join("/"));
    else kinds.set(key.join("/"), key[1]!);
  }
  return [...kinds.values()].sort();
}
