import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openSecret, secretPath } from "../../../src/store/secret.ts";
import { beside, withPath } from "./files.ts";

const bytes = (value: number) => (length: number) => new Uint8Array(length).fill(value);

Deno.test("The secret is made once, for its owner only, and read ever after", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(`${secretPath(path)}.new`, "left over", { mode: 0o644 });
    const first = openSecret(path, bytes(0xab));
    assertEquals(first, { text: "ab".repeat(32) });
    assertEquals(openSecret(path, bytes(1)), first);
    assertEquals(Deno.statSync(secretPath(path)).mode! & 0o777, 0o600);
    assertEquals(beside(path), ["state.kv.secret"]);
  });
});

Deno.test("A damaged secret is made anew, and said so", async () => {
  await withPath((path) => {
    for (const damage of ["", "abcd", "g".repeat(64), "\0".repeat(65)]) {
      Deno.writeTextFileSync(secretPath(path), damage);
      const secret = openSecret(path, bytes(2));
      assertEquals(secret.text, "02".repeat(32));
      assert(secret.problem?.includes("was damaged and is made anew"));
      assertEquals(openSecret(path, bytes(3)).text, secret.text);
    }
  });
});

Deno.test("Where nothing can be written there is a secret for this run, and a problem", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(path, "a file where a folder should be");
    const secret = openSecret(`${path}/state.kv`, bytes(4));
    assertNotEquals(secret.text, "");
    assert(secret.problem?.includes("Cannot write secret"));
  });
});
