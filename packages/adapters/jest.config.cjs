module.exports = { displayName: 'adapters', preset: '../../jest.preset.cjs' }
