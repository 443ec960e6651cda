/** Whose packages these are. The host is one that nobody can have: put in yours when you publish them. */
export const project = {
  vendor: 'The kured-host authors',
  maintainer: 'The kured-host authors <maintainers@kured-host.example.org>',
  homepage: 'https://kured-host.example.org',
} as const;
