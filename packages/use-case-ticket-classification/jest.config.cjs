module.exports = { displayName: 'use-case-ticket-classification', preset: '../../jest.preset.cjs' }
