module.exports = { displayName: 'ml-framework', preset: '../../jest.preset.cjs' }
