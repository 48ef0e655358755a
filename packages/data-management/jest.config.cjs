module.exports = { displayName: 'data-management', preset: '../../jest.preset.cjs' }
