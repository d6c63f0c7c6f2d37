import { assertEquals } from "@std/assert";
import { listenerWords } from "../../../src/app/listener_words.ts";

Deno.test("listeners and advertised address are one phrase, also when there are none", () => {
  assertEquals(
    listenerWords({ listeners: [], advertised: undefined }),
    "nothing yet; advertised as nothing yet: phones wait for it",
  );
  const address = { family: 4, ip: "192.168.1.5", port: 5060 } as const;
  const prefix = { family: 4, network: "192.168.1.0", bits: 24 } as const;
  const sides = ["inside", "outside"] as const;
  const listener = { id: "a", transport: "udp", sides, address, prefix } as const;
  assertEquals(
    listenerWords({ listeners: [listener], advertised: "198.51.100.7" }),
    "inside and outside udp 192.168.1.5:5060; advertised as 198.51.100.7",
  );
});
