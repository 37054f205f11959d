// Document 003's addresses, described.
import { mostAgents } from '../../core/nouns/count.ts'
import type { Content, Described, Given, Json } from './way.ts'

const agents = { type: 'integer', minimum: 0, maximum: mostAgents }
const sums: Json = {
  type: 'object',
  properties: { running: { type: 'integer' }, desired: { type: 'integer' } },
  required: ['running', 'desired'],
  additionalProperties: false,
}
const workspace: Json = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'The absolute path of the folder, in one spelling.' },
    workspace_id: { type: 'string', description: 'The same.' },
    running: { type: 'integer', description: "Baton's own attempts there, and what was reported in the last minute." },
    desired: { type: 'integer', description: "How many are wanted; in a workspace of Baton's, how many it may start." },
  },
  required: ['id', 'workspace_id', 'running', 'desired'],
  additionalProperties: false,
}
const both: Json = {
  type: 'object',
  properties: { workspace, global: sums },
  required: ['workspace', 'global'],
  additionalProperties: false,
}
const id: Given = {
  name: 'workspaceId',
  in: 'path',
  required: true,
  description: 'The absolute path of a folder, URL-encoded as one segment, e.g. `%2Fhome%2Fada%2Ftea`.',
  schema: { type: 'string' },
}
const tea = { id: '/home/ada/tea', workspace_id: '/home/ada/tea', running: 1, desired: 3 }
const global = { running: 2, desired: 5 }
const ok = (description: string, schema: Json, example: unknown): Described['answers'] => ({
  200: { description, type: 'application/json', schema, example },
})
const counted = ok('The folder, and the sum over all, at the same moment.', both, { workspace: tea, global })

function body(field: string, description: string): Content {
  const schema = {
    type: 'object',
    properties: { [field]: { ...agents, description } },
    required: [field],
    additionalProperties: false,
  }
  return { description, type: 'application/json', schema, example: { [field]: 3 } }
}

const one = '/api/orchestration/workspace/{workspaceId}'
const want = (path: string, name: string): Described => ({
  method: 'put',
  path,
  id: name,
  summary: 'Says how many agents are wanted in a folder.',
  needs: 'run',
  given: [id],
  body: body('desired', 'How many agents are wanted there.'),
  answers: counted,
})
const socket = (path: string, name: string): Described => ({
  method: 'get',
  path,
  id: name,
  summary: 'A WebSocket that tells of changes: frames {event, data} in both directions.',
  description: [
    '`orchestration.global` {running, desired} comes first and whenever it changes. After `subscribe` {workspaceId} comes',
    '`subscribed`, then `orchestration.workspace` {workspaceId, workspace_id, running, desired} now and whenever it changes.',
    '`unsubscribe` {workspaceId} ends that. What cannot be done is answered by `error` {message}.',
  ].join(' '),
  needs: 'read',
  answers: {
    101: { description: 'The connection becomes a WebSocket.' },
    501: { description: 'socket.io asked, which is not served.' },
  },
})

export const orchestrationWays: readonly Described[] = [
  {
    method: 'get',
    path: one,
    id: 'orchestrationWorkspace',
    summary: 'How many agents run and are wanted in a folder; zeros for one that nobody has spoken of.',
    needs: 'read',
    given: [id],
    answers: counted,
  },
  want(one, 'orchestrationWant'),
  want(`${one}/desired`, 'orchestrationDesired'),
  {
    method: 'put',
    path: `${one}/running`,
    id: 'orchestrationReport',
    summary: "Says how many agents that are not Baton's run in a folder; believed for a minute unless said again.",
    needs: 'run',
    given: [id],
    body: body('running', 'How many run there.'),
    answers: counted,
  },
  {
    method: 'get',
    path: '/api/orchestration/global',
    id: 'orchestrationGlobal',
    summary: 'How many agents run and are wanted in all.',
    needs: 'read',
    answers: ok('The sum over all folders.', sums, global),
  },
  {
    method: 'get',
    path: '/api/orchestration/workspaces',
    id: 'orchestrationWorkspaces',
    summary: 'How many agents run and are wanted in every folder that was spoken of, and in all.',
    needs: 'read',
    answers: ok(
      'Every folder, by its path, and the sum.',
      {
        type: 'object',
        properties: { workspaces: { type: 'array', items: workspace }, global: sums },
        required: ['workspaces', 'global'],
        additionalProperties: false,
      },
      { workspaces: [tea], global: { running: 1, desired: 3 } },
    ),
  },
  socket('/orchestration', 'orchestration'),
  socket('/orchestration/', 'orchestrationSlash'),
]
