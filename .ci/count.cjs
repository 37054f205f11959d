// Reads Vitest's JSON report and prints "passed failed skipped"; a skip that is not listed with a reason counts as failed.
'use strict'

const { readFileSync } = require('node:fs')
const { relative, resolve } = require('node:path')

const [file, status] = process.argv.slice(2)
const report = JSON.parse(readFileSync(file, 'utf8'))
const root = resolve(__dirname, '..')
const listed = JSON.parse(readFileSync(resolve(root, 'tests/house/skips.json'), 'utf8'))
let [passed, failed, skipped] = [0, 0, 0]

for (const suite of report.testResults) {
  const path = relative(root, suite.name).replaceAll('\\', '/')
  if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) failed += 1
  for (const test of suite.assertionResults) {
    const known = listed.some((each) => each.file === path && test.fullName.includes(each.test))
    if (test.status === 'passed') passed += 1
    else if (test.status !== 'failed' && known) skipped += 1
    else {
      failed += 1
      if (test.status !== 'failed') process.stderr.write(`${test.status}, not listed: ${path} > ${test.fullName}\n`)
    }
  }
}
// Vitest also fails for what belongs to no test, such as a rejection that nobody handled.
if (status !== '0' && failed === 0) failed = 1
if (passed === 0) failed += 1
process.stdout.write(`${passed} ${failed} ${skipped}\n`)
