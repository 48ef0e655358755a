module.exports = { displayName: 'use-cases', preset: '../../jest.preset.cjs' }
