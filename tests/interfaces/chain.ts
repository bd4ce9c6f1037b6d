// The chain from a registration to a paid grant, by a client that is generated from the interfaces and type-checked.
import createClient from "openapi-fetch";
import type { paths as Registry } from "./registry.js";
import type { paths as Incubation } from "./incubation.js";
import type { paths as Evaluation } from "./evaluation.js";
import type { paths as Funding } from "./funding.js";

const { url, tokens, code, year } = JSON.parse(process.argv[2]) as {
  url: string;
  tokens: Record<string, string>;
  code: string;
  year: number;
};

const as = (who: string) => ({ Authorization: `Bearer ${tokens[who]}` });
const registry = createClient<Registry, "application/json">({ baseUrl: `${url}/registry` });
const incubation = createClient<Incubation, "application/json">({ baseUrl: `${url}/incubation` });
const evaluation = createClient<Evaluation, "application/json">({ baseUrl: `${url}/evaluation` });
const funding = createClient<Funding, "application/json">({ baseUrl: `${url}/funding` });

function taken<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error("not in 30 s");
}

const organization = taken(
  await registry.PUT("/v1/civil-affairs/registrations/{uscc}", {
    params: { path: { uscc: code } },
    headers: as("registrar"),
    body: {
      name: "示例接口社会组织",
      kind: "social_service_institution",
      division: "330106",
      street: "示例街道",
      address: "示例路1号",
      registered_on: `${year}-01-05`,
      full_time_staff: 8,
      full_members: 4,
      full_members_full_time: 4,
      probationary_members: 0,
      as_of: `${year}-01-06T09:00:00+08:00`,
    },
  }),
);
const formationCase = await until(
  async () =>
    taken(
      await incubation.GET("/v1/formation-cases", { params: { query: { limit: 500 } }, headers: as("officer") }),
    ).items.find((one) => one.organization_id === organization.id),
);
taken(
  await incubation.POST("/v1/formation-cases/{case_id}/approval", {
    params: { path: { case_id: formationCase.id } },
    headers: as("officer"),
    body: { note: "同意", founded_on: `${year}-12-31` },
  }),
);
const branch = await until(
  async () =>
    taken(
      await registry.GET("/v1/party-organizations", { params: { query: { limit: 500 } }, headers: as("officer") }),
    ).items.find((one) => one.covers.some((covered) => covered.organization_id === organization.id)),
);
const rated = await until(
  async () =>
    taken(
      await evaluation.GET("/v1/evaluations", { params: { query: { limit: 500 } }, headers: as("officer") }),
    ).items.find((one) => one.party_organization_id === branch.id),
);
const system = taken(
  await evaluation.GET("/v1/indicator-systems/{type}", {
    params: { path: { type: rated.type }, query: { year } },
    headers: as("officer"),
  }),
);
const scores = Object.fromEntries(
  system.levels.flatMap((level) => level.indicators.map((indicator) => [indicator.code, indicator.points])),
);
for (const [stage, who] of [
  ["self", "assessor"],
  ["group", "rater"],
  ["committee", "rater"],
] as const) {
  const now = await evaluation.GET("/v1/evaluations/{evaluation_id}", {
    params: { path: { evaluation_id: rated.id } },
    headers: as("officer"),
  });
  taken(
    await evaluation.PUT("/v1/evaluations/{evaluation_id}/scores/{stage}", {
      params: { path: { evaluation_id: rated.id, stage }, header: { "If-Match": now.response.headers.get("etag")! } },
      headers: as(who),
      body: { scores },
    }),
  );
}
const completed = taken(
  await evaluation.POST("/v1/evaluations/{evaluation_id}/completion", {
    params: { path: { evaluation_id: rated.id } },
    headers: as("completer"),
    body: {},
  }),
);
const grant = await until(
  async () =>
    taken(
      await funding.GET("/v1/grants", { params: { query: { recipient: branch.id } }, headers: as("reviewer") }),
    ).items[0],
);
const grantPath = { path: { grant_id: grant.id } };
taken(await funding.POST("/v1/grants/{grant_id}/review", { params: grantPath, headers: as("reviewer"), body: {} }));
taken(await funding.POST("/v1/grants/{grant_id}/approval", { params: grantPath, headers: as("approver"), body: {} }));
const paid = taken(
  await funding.POST("/v1/grants/{grant_id}/payment", {
    params: { ...grantPath, header: { "Idempotency-Key": `pay-${grant.id}` } },
    headers: as("payer"),
    body: {},
  }),
);
console.log(JSON.stringify({ star: completed.star, state: paid.state, amount_fen: paid.amount_fen }));
