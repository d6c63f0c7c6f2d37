import { assertEquals } from "@std/assert";
import { noAddressText } from "../../../src/app/advertise_words.ts";
import { Advertised } from "../../../src/app/advertised.ts";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import type { NetworkPlan } from "../../../src/net/plan.ts";
import type { DnsFunctions } from "../../../src/net/system_dns.ts";
import type { Advertise, Settings } from "../../../src/proxy/settings.ts";

const PLAN = { outsideIp: "203.0.113.5" } as NetworkPlan;

function settings(advertise: Advertise): Settings {
  return { outside: { advertise } } as Settings;
}

/** What is advertised while the DNS answers this, and what was said. */
function begin(answer: Result<string[]>) {
  const said: string[] = [];
  const told = Promise.withResolvers<void>();
  const tell = (text: string) => {
    said.push(text);
    told.resolve();
  };
  const a = () => Promise.resolve(answer.ok ? ok({ values: answer.value, ttl: 60 }) : answer);
  const advertised = new Advertised({
    dns: { a } as unknown as DnsFunctions,
    place: () => undefined,
    changed: () => tell("changed"),
    say: (level, text) => void said.push(`${level} ${text}`),
    warn: tell,
  });
  return { advertised, said, told: told.promise };
}

Deno.test("an address stands as configured, auto is the outside interface's own", async () => {
  const { advertised } = begin(refuse("nobody asks"));
  for (
    const [advertise, ip] of [
      [{ kind: "auto" }, "203.0.113.5"],
      [{ kind: "ip", ip: "198.51.100.9" }, "198.51.100.9"],
    ] as const
  ) {
    advertised.follow(settings(advertise));
    assertEquals(advertised.by(settings(advertise), PLAN), ip);
  }
  await advertised.stop();
});

Deno.test("a name is followed until the end, then where it led is forgotten", async () => {
  const { advertised, said, told } = begin(ok(["198.51.100.7"]));
  const named = settings({ kind: "name", name: "edge.example" });
  advertised.follow(named);
  assertEquals(advertised.by(named, PLAN), undefined);
  await told;
  assertEquals(advertised.by(named, PLAN), "198.51.100.7");
  assertEquals(said, [`info [outside] advertise = "edge.example" is now 198.51.100.7`, "changed"]);
  await advertised.stop();
  assertEquals(advertised.by(named, PLAN), undefined);
});

Deno.test("a name without an address is a warning with the key", async () => {
  const { advertised, said, told } = begin(refuse("No such name"));
  advertised.follow(settings({ kind: "name", name: "edge.example" }));
  await told;
  await advertised.stop();
  assertEquals(said, [
    noAddressText("edge.example", { reason: "No such name", current: undefined }),
  ]);
});
