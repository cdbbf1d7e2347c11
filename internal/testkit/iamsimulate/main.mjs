// Evaluates requests against IAM policies with @cloud-copilot/iam-simulate: one JSON object a line on standard input,
// {policies, resourcePolicy, principal, action, resource, account, context, issuer}, and one answer a line on standard output: Allowed,
// ImplicitlyDenied, ExplicitlyDenied, or what is wrong with the request. Actions, resources and condition keys that AWS does
// not have are wrong.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

// The condition keys of an OIDC provider are named after it, and the simulator knows none of them: they are evaluated as
// request tags, in the policy and in the request alike.
function renamed(text, issuer) {
  return issuer ? JSON.parse(JSON.stringify(text).replaceAll(`"${issuer}:`, '"aws:RequestTag/')) : text
}

async function answer(r) {
  const result = await runSimulation({
    identityPolicies: (r.policies ?? []).map((policy, i) => ({ name: `policy-${i}`, policy })),
    resourcePolicy: r.resourcePolicy ? renamed(r.resourcePolicy, r.issuer) : undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    request: {
      principal: r.principal,
      action: r.action,
      resource: { resource: r.resource, accountId: r.account },
      contextVariables: renamed(r.context ?? {}, r.issuer),
    },
  }, {})
  return result.resultType === 'error' ? `error: ${JSON.stringify(result.errors)}` : result.overallResult
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(await answer(JSON.parse(line)))
}
