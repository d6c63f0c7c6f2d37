import { assertEquals } from "@std/assert";
import { printSettings } from "../../../src/config/print.ts";
import { defaultConfiguration, readSettings } from "../../../src/config/read.ts";

const TEXT = `[inside]
interface = "192.168.1.1/24"
networks = ["10.8.0.0/24"]
[outside]
advertise = "198.51.100.7"
[log]
level = "debug"
`;

const PROVIDERS = `[[provider]]
domain = "a.example"
[[provider]]
domain = "b.example"
outbound_proxy = "sbc.b.example:5070"
admit = "known"
contact = "registered"
media = "learn"
`;

function read(text: string) {
  const configuration = readSettings(text);
  if (!configuration.ok) throw new Error(JSON.stringify(configuration.reason));
  return configuration.value;
}

Deno.test("effective settings are TOML that gives the same settings", () => {
  for (const configuration of [defaultConfiguration(), read(TEXT), read(TEXT + PROVIDERS)]) {
    assertEquals(read(printSettings(configuration)).settings, configuration.settings);
  }
});

Deno.test("each key says where its value came from", () => {
  const printed = printSettings(read(TEXT)).split("\n");
  const line = (start: string) => printed.find((text) => text.startsWith(start));
  assertEquals(line("interface"), 'interface = "192.168.1.1/24"  # line 2');
  assertEquals(line("listen"), 'listen = ["udp:5060"]         # default');
  assertEquals(line("level"), 'level = "debug"               # line 7');
  assertEquals(printed.filter((text) => text.startsWith("[")).length, 5);
});

Deno.test("each provider is a table of its own, with the origin of each key", () => {
  const printed = printSettings(read(PROVIDERS));
  const tables = printed.split("\n\n").filter((block) => block.startsWith("[[provider]]\n"));
  const rows = tables.map((block) => block.trimEnd().replaceAll(/ +#/g, " #").split("\n").slice(1));
  assertEquals(rows, [
    [
      'domain = "a.example" # line 2',
      'outbound_proxy = "auto" # default',
      "servers = [] # default",
      'admit = "token" # default',
      'contact = "dialog" # default',
      'media = "strict" # default',
    ],
    [
      'domain = "b.example" # line 4',
      'outbound_proxy = "sbc.b.example:5070" # line 5',
      "servers = [] # default",
      'admit = "known" # line 6',
      'contact = "registered" # line 7',
      'media = "learn" # line 8',
    ],
  ]);
});

Deno.test("a value from the command line is said to be from there", () => {
  const configuration = read(TEXT);
  const origins = new Map(configuration.origins).set("log.level", "--log-level");
  const printed = printSettings({ ...configuration, origins });
  assertEquals(printed.includes('level = "debug"               # --log-level\n'), true);
});
