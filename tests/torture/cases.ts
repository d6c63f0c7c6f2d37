import type { TortureCase } from "./case.ts";
import { FAULTY_CASES } from "./cases_faulty.ts";
import { FIELD_CASES } from "./cases_field.ts";
import { IPV6_CASES } from "./cases_ipv6.ts";
import { SEMANTIC_CASES } from "./cases_semantic.ts";
import { VALID_CASES } from "./cases_valid.ts";

/** Every case: RFC 4475, RFC 5118, and what the field has taught. */
export const CASES: readonly TortureCase[] = [
  ...VALID_CASES,
  ...FAULTY_CASES,
  ...SEMANTIC_CASES,
  ...IPV6_CASES,
  ...FIELD_CASES,
];
