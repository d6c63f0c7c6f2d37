import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  lostText,
  openSecret,
  readSecret,
  secretPath,
  stateId,
} from "../../../src/store/secret.ts";
import { beside, NOW, withPath } from "./files.ts";

const bytes = (value: number) => ({
  random: (length: number) => new Uint8Array(length).fill(value),
  now: () => NOW,
});

Deno.test("The secret is made once, for its owner only, and read ever after", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(`${secretPath(path)}.new`, "left over", { mode: 0o644 });
    assertEquals(readSecret(path), { kind: "missing" });
    const first = openSecret(path, bytes(0xab));
    assertEquals(first, { text: "ab".repeat(32), file: "kept" });
    assertEquals(openSecret(path, bytes(1)), first);
    assertEquals(Deno.statSync(secretPath(path)).mode! & 0o777, 0o600);
    assertEquals(beside(path), ["state.kv.secret"]);
  });
});

Deno.test("A damaged secret is set aside and made anew, and said so", async () => {
  await withPath((path) => {
    for (const damage of ["", "abcd", "g".repeat(64), "\0".repeat(65)]) {
      Deno.writeTextFileSync(secretPath(path), damage);
      assertEquals(readSecret(path), { kind: "malformed" });
      const secret = openSecret(path, bytes(2));
      assertEquals([secret.text, secret.file], ["02".repeat(32), "kept"]);
      assertStringIncludes(
        secret.problem!,
        "was damaged and is made anew, the damaged one is kept",
      );
      const aside = /kept as (\S+):/.exec(secret.problem!)![1]!;
      assertEquals(Deno.readTextFileSync(aside), damage);
      assertEquals(openSecret(path, bytes(3)).text, secret.text);
    }
  });
});

Deno.test("Where nothing can be written there is a secret for this run, and a problem", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(path, "a file where a folder should be");
    const secret = openSecret(`${path}/state.kv`, bytes(4));
    assertEquals([secret.text, secret.file], ["04".repeat(32), "unreadable"]);
    const missing = openSecret(`${path}.folder/state.kv`, bytes(6));
    assertEquals([missing.text, missing.file], ["06".repeat(32), "unwritable"]);
    assertStringIncludes(missing.problem!, `Cannot write secret ${path}.folder/state.kv.secret: `);
  });
});

Deno.test("A secret that cannot be read is left where it is: it may be back at the next start", async () => {
  await withPath((path) => {
    Deno.mkdirSync(secretPath(path));
    const secret = openSecret(path, bytes(5));
    assertEquals([secret.text, secret.file], ["05".repeat(32), "unreadable"]);
    assertStringIncludes(secret.problem!, "phones get other tokens until it can be read");
    assertEquals(Deno.statSync(secretPath(path)).isDirectory, true);
  });
});

Deno.test("What a lost secret means for the phones is said", () => {
  assertStringIncludes(
    lostText("/x/state.kv"),
    "/x/state.kv.secret is gone and is made anew: phones",
  );
});

Deno.test("A state's id tells secrets apart and shows nothing of them", () => {
  const [one, other] = [stateId("ab".repeat(32)), stateId("ac".repeat(32))];
  assert(one !== other && one.length === 20 && !one.includes("abab"));
});
