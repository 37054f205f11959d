// Qwen Code.
import type { Program } from './program.ts'

/** Agents below it, and tools by which it would act when its step is long over, elsewhere, or by asking somebody who is not there. */
const withheld = [
  ...['agent', 'send_message', 'list_agents', 'workflow', 'ask_user_question', 'enter_plan_mode', 'exit_plan_mode'],
  ...['cron_create', 'cron_delete', 'cron_list', 'loop_wakeup', 'monitor', 'enter_worktree', 'exit_worktree'],
]

const settings = (subagents: boolean): string =>
  JSON.stringify({
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false },
    ui: { enableFollowupSuggestions: false },
    // Without the first Baton's own tools are hidden behind a search.
    tools: { toolSearch: { enabled: false } },
    permissions: { deny: subagents ? [] : withheld },
    // A second agent would read each session for what to remember, in a HOME that nobody else reads.
    memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false, enableAutoSkill: false },
  })

export const qwen: Program = {
  name: 'qwen',
  package: '@qwen-code/qwen-code',
  commands: ['qwen'],
  install: 'npm install --global @qwen-code/qwen-code',
  vendor: 'qwen',
  logins: ['.qwen/oauth_creds.json'],
  hosts: ['chat.qwen.ai:443', 'portal.qwen.ai:443', 'dashscope.aliyuncs.com:443'],
  obeys: ['.env', '.qwen/.env', '.qwen/settings.json'],
  acp: {
    furnish: ({ server, assignment }) => {
      const id = server?.model.id ?? assignment.model?.id
      const auth = server === undefined ? 'qwen-oauth' : 'openai'
      return {
        args: ['--acp', '--auth-type', auth, ...(id === undefined ? [] : ['-m', id])],
        env: {
          QWEN_CODE_NO_RELAUNCH: '1',
          ...(server === undefined
            ? {}
            : { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: server.key, OPENAI_MODEL: server.model.id }),
        },
        files: { '.qwen/settings.json': settings(assignment.agent.subagents === true) },
      }
    },
    // It starts in a mode that asks a second model about each tool.
    settings: ({ assignment }) => [{ option: 'mode', values: [assignment.readsOnly ? 'plan' : 'default'] }],
    resumes: true,
    tools: true,
  },
}
