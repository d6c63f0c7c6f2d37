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

function read(text: string) {
  const configuration = readSettings(text);
  if (!configuration.ok) throw new Error(JSON.stringify(configuration.reason));
  return configuration.value;
}

Deno.test("effective settings are TOML that gives the same settings", () => {
  for (const configuration of [defaultConfiguration(), read(TEXT)]) {
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

Deno.test("a value from the command line is said to be from there", () => {
  const configuration = read(TEXT);
  const origins = new Map(configuration.origins).set("log.level", "--log-level");
  const printed = printSettings({ ...configuration, origins });
  assertEquals(printed.includes('level = "debug"               # --log-level\n'), true);
});
