import nx from '@nx/eslint-plugin'

/** The arrows of docs/architecture.md: which tags a package with the tag on the left may import. Every rule that matches holds. */
const arrows = {
  'layer:core': [],
  'layer:learn': ['layer:core'],
  'layer:feature': ['layer:core', 'layer:learn'],
  'scope:adapters': ['layer:core'],
  'scope:access': ['layer:core'],
  'scope:model-serving': ['layer:core'],
  'scope:reports': ['layer:core'],
  'layer:testing': ['layer:core'],
  'layer:use-cases': ['layer:core', 'layer:learn', 'scope:ml-framework'],
  'layer:use-case': ['layer:core', 'layer:learn', 'scope:ml-framework', 'layer:use-cases'],
  'layer:worker': ['layer:core', 'layer:learn', 'layer:feature', 'layer:use-cases', 'layer:use-case'],
  'layer:server': ['layer:core', 'layer:learn', 'layer:feature', 'layer:use-cases', 'layer:use-case', 'layer:worker'],
  'layer:tool': ['*'],
}

/** Tests may stand on real adapters and the conformance suites as well. */
const testing = ['layer:testing', 'scope:adapters']

const boundaries = (extra) => [
  'error',
  {
    // a subpath is loaded where its client is needed; that makes its package no lazy one
    checkDynamicDependenciesExceptions: ['@motadata/adapters'],
    allow: ['^.*/eslint\\.config\\.mjs$'],
    depConstraints: Object.entries(arrows).map(([sourceTag, tags]) => ({ sourceTag, onlyDependOnLibsWithTags: [...tags, ...extra] })),
  },
]

export default [
  ...nx.configs['flat/base'],
  ...nx.configs['flat/typescript'],
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/test-output', '**/.venv', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries([]),
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/test/**/*.ts'], rules: { '@nx/enforce-module-boundaries': boundaries(testing) } },
]
