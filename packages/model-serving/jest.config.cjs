module.exports = { displayName: 'model-serving', preset: '../../jest.preset.cjs' }
