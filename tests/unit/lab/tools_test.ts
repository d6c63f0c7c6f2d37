import { assertStringIncludes } from "@std/assert";
import { TOOLS } from "../../lab/tools.ts";

Deno.test("the installer of the lab's tools knows every tool and its package", async () => {
  const script = await Deno.readTextFile(new URL("../../lab/deps", import.meta.url));
  const lists = [...script.matchAll(/^(PACKAGES|TOOLS)=\((.*)\)$/gm)].map((match) => match[2]);
  const [packages, tools] = lists.map((list) => ` ${list} `);
  for (const [tool, debianPackage] of Object.entries(TOOLS)) {
    assertStringIncludes(tools!, ` ${tool} `);
    assertStringIncludes(packages!, ` ${debianPackage} `);
  }
});
