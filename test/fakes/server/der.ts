/** The few pieces of ASN.1 DER (X.690) that a certificate is made of. */
export type Der = Buffer;

export function sequence(...parts: readonly Der[]): Der {
  return tagged(0x30, Buffer.concat(parts));
}

export function setOf(...parts: readonly Der[]): Der {
  return tagged(0x31, Buffer.concat(parts));
}

/** Context-specific and constructed: `[number] EXPLICIT`. */
export function explicit(number: number, content: Der): Der {
  return tagged(0xa0 + number, content);
}

/** Context-specific and primitive: `[number] IMPLICIT` of plain bytes. */
export function implicit(number: number, content: Buffer): Der {
  return tagged(0x80 + number, content);
}

export function integer(bytes: Buffer): Der {
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return tagged(0x02, positive);
}

export function boolean(value: boolean): Der {
  return tagged(0x01, Buffer.of(value ? 0xff : 0));
}

export function bitString(bytes: Buffer): Der {
  return tagged(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

export function octetString(bytes: Buffer): Der {
  return tagged(0x04, bytes);
}

export function utf8String(text: string): Der {
  return tagged(0x0c, Buffer.from(text, 'utf8'));
}

/** Seconds, in UTC, with four digits of a year. */
export function generalizedTime(wall: number): Der {
  const digits = new Date(wall).toISOString().slice(0, 19).replace(/[-:T]/g, '');
  return tagged(0x18, Buffer.from(`${digits}Z`));
}

/** "2.5.4.3" */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function tagged(tag: number, content: Buffer): Der {
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  const digits: number[] = [];
  for (let left = bytes; left > 0; left >>= 8) digits.unshift(left & 0xff);
  return Buffer.of(0x80 + digits.length, ...digits);
}
