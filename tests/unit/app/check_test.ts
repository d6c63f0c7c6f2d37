import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ok, refuse } from "../../../src/base/result.ts";
import { check } from "../../../src/app/check.ts";
import { readSettings } from "../../../src/config/read.ts";
import { host } from "../net/hosts.ts";

/** Addresses that names have. */
const NAMES: Readonly<Record<string, string>> = {
  "home.example.org": "198.51.100.7",
  "inside.example.org": "192.168.1.1",
};

/** Runs `check` on a configuration text. */
async function checked(toml: string, routes = ["eth0 default 203.0.113.1"]) {
  const file = await Deno.makeTempFile({ suffix: ".toml" });
  await Deno.writeTextFile(file, toml);
  const out: string[] = [];
  const complaints: string[] = [];
  const reading = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], routes);
  const code = await check({ config: file }, {
    network: {
      addresses: () => reading,
      routes: () => Promise.resolve(reading),
      devices: () => Promise.resolve(["eth0", "eth1", "br0"]),
    },
    dns: {
      a: (name) =>
        Promise.resolve(
          Object.hasOwn(NAMES, name)
            ? ok({ values: [NAMES[name]!], ttlMs: 1 })
            : refuse("No such name"),
        ),
      srv: () => Promise.resolve(refuse("No records")),
      naptr: () => Promise.resolve(refuse("No records")),
    },
    print: (text) => void out.push(text),
    complain: (text) => void complaints.push(text.replace(file, "FILE")),
  });
  await Deno.remove(file);
  return { code, out: out.join("\n"), complaints };
}

Deno.test("a good configuration is printed with every default, the networks and the calls it allows", async () => {
  const { code, out, complaints } = await checked(`[outside]\nkeepalive = "30s"\n`);
  assertEquals([code, complaints], [0, []]);
  assertStringIncludes(out, `keepalive = "30s"`);
  assertStringIncludes(out, "# Inside is eth1 192.168.1.1 in 192.168.1.0/24, outside is eth0");
  assertStringIncludes(out, "calls with audio; open files ");
  const again = readSettings(out);
  assertEquals(again.ok && again.value.settings.outside.keepaliveMs, 30_000);
});

Deno.test("a wrong configuration gives all its problems and exit code 2", async () => {
  const { code, out, complaints } = await checked(`[outside]\nkeepalive = 7\n[insid]\nx = 1\n`);
  assertEquals([code, out, complaints.length], [2, "", 2]);
  assertStringIncludes(complaints[0]!, "FILE:2: outside.keepalive: ");
});

Deno.test("the place of the state is said, or why it cannot be kept there", async () => {
  const good = await checked("");
  assertStringIncludes(good.out, "\n# State ");
  const file = await Deno.makeTempFile();
  const { code, out } = await checked(`[state]\npath = "${file}/state.kv"\n`);
  await Deno.remove(file);
  assertEquals(code, 0);
  assertMatch(
    out,
    /\n# State cannot be kept by this user \(\S+: Not a directory .*\); set \[state\] path to a /,
  );
});

Deno.test("a state path that is not ours to use is complained of, with exit code 2", async () => {
  for (const path of ["/etc/passwd", "/dev/null", "/etc"]) {
    const { code, out, complaints } = await checked(`[state]\npath = "${path}"\n`);
    assertEquals([code, complaints.length], [2, 1]);
    assertMatch(complaints[0]!, /is left alone[:;] .*set \[state\] path to another file$/);
    assertEquals(out.includes("# State "), false);
  }
});

Deno.test("a port that another program has is complained of by name, with exit code 1", async () => {
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "127.0.1.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const { code, out, complaints } = await checked(
    `[inside]\ninterface = "127.0.1.1/24"\nlisten = ["udp:${port}"]\n`,
  );
  taken.close();
  assertEquals([code, complaints.length], [1, 1]);
  assertStringIncludes(
    complaints[0]!,
    `udp ${port} on 127.0.1.1 is taken by process deno (pid ${Deno.pid}); end it, or set `,
  );
  assertStringIncludes(out, "[inside]\n");
});

Deno.test("swapped sides and an impossible address end with 2, all at once, with their lines", async () => {
  const { code, out, complaints } = await checked(`[inside]
interface = "eth0"
networks = ["192.168.0.0/16"]
[outside]
interface = "eth1"
advertise = "127.0.0.1"
`);
  assertEquals([code, out], [2, ""]);
  const places = complaints.map((line) => line.split(": ").slice(0, 2).join(": "));
  assertEquals(places, [
    "FILE:2: inside.interface",
    "FILE:3: inside.networks",
    "FILE:6: outside.advertise",
  ]);
});

Deno.test("an interface that is absent is told from one without an address", async () => {
  const absent = await checked(`[inside]\ninterface = "eth9"\n`);
  assertEquals(absent.code, 0);
  assertStringIncludes(
    absent.out,
    "# Warning: There is no interface eth9, which [inside] interface names; this host has eth0, " +
      "eth1, br0; waiting for it\n",
  );
  const down = await checked(`[inside]\ninterface = "br0"\n`);
  assertStringIncludes(down.out, "# Warning: Inside interface br0 has no IPv4 address yet (");
});

Deno.test("a misspelt outside does not lead the way to the provider inside", async () => {
  const typo = await checked(`[outside]\ninterface = "eth00"\n`);
  assertEquals(typo.code, 0);
  assertStringIncludes(
    typo.out,
    'the default route goes through eth0: did you mean interface = "eth0" under [outside]',
  );
  assertEquals(typo.out.includes('[inside] interface = "eth0"'), false);
  const inside = await checked(`[inside]\ninterface = "eth0"\n[outside]\ninterface = "eth00"\n`);
  assertEquals([inside.code, inside.out], [2, ""]);
  assertMatch(
    inside.complaints[0]!,
    /^FILE:2: inside.interface: The default route goes through eth0, .*\[outside\] interface = "eth00" has no address: write interface = "eth0" under \[outside\] and interface = "eth1" under/,
  );
});

Deno.test("a name to advertise is tried", async () => {
  const named = (name: string) => checked(`[outside]\nadvertise = "${name}"\n`);
  const found = await named("home.example.org");
  assertEquals(found.code, 0);
  assertStringIncludes(
    found.out,
    '# [outside] advertise = "home.example.org" is 198.51.100.7 now\n',
  );
  const warning = (name: string) => `# Warning: [outside] advertise = "${name}" gives no address: `;
  const missing = await named("hom.example.org");
  assertEquals(missing.code, 0);
  assertStringIncludes(
    missing.out,
    `${warning("hom.example.org")}No such name; phones can neither register nor call until it does`,
  );
  const inside = await named("inside.example.org");
  assertStringIncludes(
    inside.out,
    `${warning("inside.example.org")}Cannot advertise 192.168.1.1: `,
  );
});

Deno.test("what may be meant is a warning", async () => {
  const lone = await checked(`[inside]\ninterface = "eth0"\n[outside]\ninterface = "eth1"\n`, [
    "eth0 default 203.0.113.1",
    "eth1 10.20.0.0/16 192.168.1.254",
  ]);
  assertEquals(lone.code, 0);
  assertStringIncludes(lone.out, "# Warning: The default route goes through eth0, which [inside]");
});
