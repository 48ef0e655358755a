module.exports = { displayName: 'quickstart', preset: '../../jest.preset.cjs' }
