module.exports = { displayName: 'learn', preset: '../../jest.preset.cjs' }
