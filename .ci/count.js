// Adds up the reports of all suites. A suite without a report, a failed step or a skipped test is a failure: here everything is installed.
// What failed, and how its message begins, is said last: who sees only the end of the output sees why.
import { readFileSync } from 'node:fs';

const [failedSteps, ...reports] = process.argv.slice(2);
const total = { passed: 0, failed: Number(failedSteps), skipped: 0 };
/** Enough to tell what was expected of what; the whole of it stands where the suite ran. */
const MESSAGE_LINES = 3;
const LINE_LENGTH = 300;

for (const file of reports) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + (report.numFailedTestSuites > 0 && report.numFailedTests === 0 ? 1 : 0);
    total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
    for (const suite of report.testResults ?? []) printWhatDidNotPass(suite);
  } catch (error) {
    console.log(`no report: ${file} (${error.message})`);
    total.failed++;
  }
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 || total.skipped > 0 || total.passed === 0 ? 1 : 0;

/** A file that could not be loaded, or whose hooks failed, has a message of its own. */
function printWhatDidNotPass({ name = '', status, message, assertionResults }) {
  const file = name.replace(`${process.cwd()}/`, '');
  if (status === 'failed' && message) print(`failed: ${file}`, message);
  for (const { status: how, fullName, failureMessages } of assertionResults) {
    if (how !== 'passed') print(`${how}: ${file === '' ? '' : `${file} > `}${fullName}`, failureMessages?.[0] ?? '');
  }
}

function print(headline, message) {
  console.log(headline);
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.slice(0, MESSAGE_LINES)) console.log(`    ${line.slice(0, LINE_LENGTH)}`);
}
